"""Trying questions."""
