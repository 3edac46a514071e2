"""PDF loader."""
