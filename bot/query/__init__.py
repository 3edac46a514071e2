"""Query understanding."""
