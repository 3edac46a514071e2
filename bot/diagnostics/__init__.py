"""Explanations, labels and gaps for staff and evals."""
