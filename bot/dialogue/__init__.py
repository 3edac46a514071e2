"""What to do with a question before and after the search: intent, rewriting, clarification, follow-ups."""
