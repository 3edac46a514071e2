"""Independent questions, written from facts without sight of code (README.md)."""
