"""Documents page by page, and their corrections."""
