"""One reader for each format: a file in, its text as Markdown out."""
