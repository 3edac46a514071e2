"""The source viewer."""
