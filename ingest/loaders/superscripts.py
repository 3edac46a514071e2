"""Superscripts (note marks and powers) are kept apart from the number before them."""

from __future__ import annotations

SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻"
RAISED = str.maketrans("0123456789+-−", SIGNS)
LONGEST = 12
"""Maximum characters of a mark or power; a longer superscript is ordinary text."""


def raise_digits(text: str) -> str:
    """Superscript text, with its digits as superscript characters.

    12.5 and a raised 1 become 12.5¹, not 12.51.
    Text in brackets, such as [1], is apart anyway and stays unchanged.
    """
    is_apart = text.strip().startswith("[") and text.strip().endswith("]")
    return text.translate(RAISED) if len(text.strip()) <= LONGEST and not is_apart else text
