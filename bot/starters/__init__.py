"""Conversation starters of the start page."""
