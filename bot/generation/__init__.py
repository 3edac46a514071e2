"""From passages to an answer: quotes, or text of a model that is checked."""
