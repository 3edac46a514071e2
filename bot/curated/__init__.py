"""Curated answers: written by the center for particular questions."""
