"""Endpoints in the form of OpenAI, at /v1."""
