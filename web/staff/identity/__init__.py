"""Who has signed in, and what that person may do."""
