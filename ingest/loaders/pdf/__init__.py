"""The PDF loader."""
