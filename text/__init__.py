"""Pure functions on text; imports no other package of the project."""
