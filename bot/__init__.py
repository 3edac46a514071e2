"""Question in, answer with citations out."""
