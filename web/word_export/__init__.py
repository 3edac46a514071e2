"""Word export: text and Markdown as elements and styles of a DOCX file."""
