"""Middleware and limits around all pages."""
