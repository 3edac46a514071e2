"""Word documents: text and Markdown as the elements of a DOCX file, and the styles they take."""
