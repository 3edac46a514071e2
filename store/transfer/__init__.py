"""Moves an index: its vectors to another store, or all of it into a copy."""
