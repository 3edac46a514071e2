"""How good it is, as numbers, with a history."""
