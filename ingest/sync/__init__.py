"""Makes the index mirror the folder."""
