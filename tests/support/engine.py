"""What the embedding engine of this run can show."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from settings import Settings

HAS_TOKEN_VECTORS = Settings().embedding_engine != "portable" and find_spec("openvino") is not None

needs_token_vectors = pytest.mark.skipif(
    not HAS_TOKEN_VECTORS, reason="is about token vectors, which the portable engine does not give"
)
"""Skips what only late interaction can do: nothing else tells a translation of a question from its neighbour."""
