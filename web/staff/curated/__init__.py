"""Curated answers."""
