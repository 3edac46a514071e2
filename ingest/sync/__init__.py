"""Makes the index mirror the knowledge folder."""
