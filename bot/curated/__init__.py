"""Answers that the center wrote."""
