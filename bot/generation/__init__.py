"""Generation: quotes from passages, or a model's text that is checked."""
