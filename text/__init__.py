"""Pure functions on text; imports nothing of ours."""
