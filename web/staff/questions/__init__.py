"""Question log."""
