"""Evaluates the index in PostgreSQL beside the one in files."""
