"""Documents, their validity, the search index and embeddings."""
