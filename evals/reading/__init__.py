"""Quality of reading: text, cuts, characters, metadata."""
