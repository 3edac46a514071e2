"""Ingestion: from a file in the knowledge folder to the index."""
