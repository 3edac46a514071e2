"""What PDF pages and pictures share: layout, paragraphs, text quality, OCR."""
