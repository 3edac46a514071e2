"""The question log."""
