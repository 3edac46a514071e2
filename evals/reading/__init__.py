"""How well files are read: text, cuts, characters, metadata."""
