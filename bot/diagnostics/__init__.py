"""Explanations, relevance labels and knowledge gaps, for staff and evals."""
