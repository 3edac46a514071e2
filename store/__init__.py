"""What is known: documents, their validity, the index, embeddings."""
