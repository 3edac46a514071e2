"""A document page by page, and its corrections."""
