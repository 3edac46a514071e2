"""Shared by PDF pages and pictures: layout, paragraphs, text quality, OCR."""
