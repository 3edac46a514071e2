"""Uploads: received beside the folder, checked, read, compared, published."""
