"""Signed-in person and permissions."""
