"""Service guides as cards."""
