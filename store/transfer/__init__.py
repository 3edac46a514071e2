"""Takes an index elsewhere: its vectors to another store, or all of it into a copy."""
