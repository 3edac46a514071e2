"""Dialogue: intent, rewriting, clarification, follow-ups."""
