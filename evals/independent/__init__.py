"""Independent questions: written from the facts, without sight of code or headings (README.md)."""
