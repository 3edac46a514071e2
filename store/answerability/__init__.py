"""Answerability model: scores how well snippets answer a question."""
