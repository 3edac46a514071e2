"""Answerability model: reads a question and a passage together and scores each snippet."""
