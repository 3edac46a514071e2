"""Adding files."""
