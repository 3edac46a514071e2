"""Sign-in of the staff."""
