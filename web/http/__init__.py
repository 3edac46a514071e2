"""What stands around all pages."""
