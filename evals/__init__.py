"""Evals: quality as numbers, with a history."""
