"""API for programs: REST at /api/v1, and the form of OpenAI at /v1."""
