"""Excerpts of a correction: the changed text before and after, for storage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.diff.numbers import strict_steps
from ingest.diff.wording import Piece, first_words, last_words
from text.boundaries import shorten

LONGEST = 8_000
"""Maximum characters of either text."""
WHOLE = 400
"""Changed paragraphs up to this many characters are kept whole."""
CUT = "…"


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Changed paragraphs before and after, one per line.

    Long ones are reduced to the text around the changes. If only line breaks differ, both whole texts.
    Both end with … if they are longer than LONGEST.
    """
    changed = [step.pieces for step in strict_steps(old, new) if step.kind != "same"]
    before = "\n".join(filter(None, (excerpt(pieces, "old") for pieces in changed)))
    after = "\n".join(filter(None, (excerpt(pieces, "new") for pieces in changed)))
    first, second = (before, after) if before or after else (old, new)
    return shorten(first, LONGEST), shorten(second, LONGEST)


def excerpt(pieces: Sequence[Piece], kind: str) -> str:
    """One side of a paragraph."""
    own = [piece for piece in pieces if piece.kind in ("same", kind)]
    if sum(len(piece.text) for piece in own) <= WHOLE:
        return "".join(piece.text for piece in own)
    return "".join(shorten_unchanged(own))


def shorten_unchanged(pieces: Sequence[Piece]) -> Iterator[str]:
    """Pieces, with unchanged text reduced to the words beside the changes."""
    for number, piece in enumerate(pieces):
        lead = first_words(piece.text) if number else ""
        rest = last_words(piece.text) if number < len(pieces) - 1 else ""
        is_short = len(lead) + len(rest) >= len(piece.text)
        yield piece.text if piece.kind != "same" or is_short else f"{lead}{CUT}{rest}"
