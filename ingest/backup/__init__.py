"""Backup of knowledge folder, index and records in one file, and its restoration."""
