"""Files that somebody adds: received beside the knowledge folder, checked, read, compared, then put into it."""
