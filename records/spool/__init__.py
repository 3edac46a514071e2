"""Records that wait for their database."""
