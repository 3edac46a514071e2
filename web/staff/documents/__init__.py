"""The documents of the folder."""
