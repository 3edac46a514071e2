"""Source viewer."""
