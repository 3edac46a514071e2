"""The two halves of every benchmark: rules and weights are chosen on one, tables show the other."""

from __future__ import annotations

import hashlib


def is_shown(name: str) -> bool:
    """Whether what bears a name (a passage's or a question's id) belongs to the half that tables show."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2 == 0
