"""Growth of sync, start, memory and questions with the size of the index."""
