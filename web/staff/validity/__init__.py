"""What ends, and the calendar."""
