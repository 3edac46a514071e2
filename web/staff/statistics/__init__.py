"""Statistics and the monthly report."""
