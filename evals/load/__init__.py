"""Load: many visitors at once, over the page's own protocol."""
