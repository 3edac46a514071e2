"""Halves of each benchmark: one to choose rules and weights, one for the tables."""

from __future__ import annotations

import hashlib


def is_shown(name: str) -> bool:
    """Checks that a passage or question id belongs to the half that tables show."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2 == 0
