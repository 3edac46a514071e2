"""Backup: one file with the knowledge folder, the index and the records, and the way back."""
