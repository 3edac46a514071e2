"""Training of the answerability model: `make train`."""
