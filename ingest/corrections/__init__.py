"""Corrections that the staff make to pages: kept in a file beside the document, put into its text."""
