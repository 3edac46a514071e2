"""Accounts of the staff, for administrators."""
