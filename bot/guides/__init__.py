"""Service guides, shown as cards."""
