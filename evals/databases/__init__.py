"""Evaluates questions about documents added to the knowledge folder."""
