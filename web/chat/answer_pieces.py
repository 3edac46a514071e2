"""Divides an answer into quotes of documents and the words between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Citation
from text.citations import find_cited_numbers

HEADING = "### "
"""Begins a line that says which of several questions is answered below."""


@dataclass(frozen=True)
class Piece:
    """A part of an answer: quotes of one document, or other text (`numbers` empty)."""

    text: str
    numbers: tuple[int, ...] = ()


def pieces(text: str, citations: Sequence[Citation]) -> list[Piece]:
    """Divides an answer at the titles that stand above the quotes of a document.

    A title without a quote below it is left as it is.
    """
    titles = {f"**{each.title}**" for each in citations}
    groups: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line in titles or line.startswith(HEADING):
            groups.append([])
        groups[-1].append(line)
    known = {each.number for each in citations}
    return [piece for lines in groups for piece in split_quotes(lines, titles, known) if piece.text]


def split_quotes(lines: Sequence[str], titles: set[str], known: set[int]) -> list[Piece]:
    """Returns the quotes below a title, and the words after the last of them."""
    marked = [index for index, line in enumerate(lines) if known & set(find_cited_numbers(line))]
    if not lines or lines[0] not in titles or not marked:
        return [Piece("\n".join(lines).strip("\n"))]
    quotes, rest = "\n".join(lines[1 : marked[-1] + 1]), "\n".join(lines[marked[-1] + 1 :])
    numbers = tuple(number for number in find_cited_numbers(quotes) if number in known)
    return [Piece(quotes.strip("\n"), numbers), Piece(rest.strip("\n"))]
