"""Staff pages: with a sign-in, for the clerks who maintain the knowledge."""
