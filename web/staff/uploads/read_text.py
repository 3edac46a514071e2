"""A file as it was read, for its reader: problems, and the basis of each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from ingest.checks import check_documents
from ingest.checks.bases import lines_at, starts_without_basis
from store.bases import BasesRead, Basis, read_bases
from store.basis_marks import BasisMark, marks_within
from store.documents import Document
from text.messages import Message
from web.staff.messages import localise
from web.staff.pages import Pages, language_of
from web.staff.uploads.written_page import basis_text


@dataclass(frozen=True)
class ReadPart:
    """A line, or the part of it that rests on `bases`.

    `is_bare`: the line of a guide states something and names no basis.
    """

    text: str
    bases: tuple[str, ...] = ()
    is_bare: bool = False


def problems_of(pages: Pages, request: Request, document: Document, reading: Sequence[Message]) -> list[str]:
    """Returns what the checks find in a document, after the problems of its `reading`."""
    bases = read_bases(pages.room.settings.knowledge_dir)
    return [localise(each, language_of(request)) for each in check_read(document, reading, bases)]


def check_read(document: Document, reading: Sequence[Message], bases: BasesRead) -> list[Message]:
    """Returns the problems of a document's `reading`, and what the checks find in it."""
    found = check_documents([document], [], date.today(), bases)
    return [*reading, *(each.text for each in found if each.source == document.source)]


def parts_with_bases(document: Document, bases: Mapping[str, Basis], language: str) -> list[ReadPart]:
    """Splits a text at its basis marks and the ends of its lines."""
    bare = starts_without_basis(document) if document.metadata.kind == "guide" else frozenset[int]()
    parts = list[ReadPart]()
    for start, line in lines_at(document.text):
        marks = marks_within(document.bases, start, start + len(line))
        if marks:
            parts += mark_parts(document.text, marks, bases, language)
        else:
            parts.append(ReadPart(line, is_bare=start in bare))
        parts.append(ReadPart("\n"))
    return parts[:-1]


def mark_parts(text: str, marks: Iterable[BasisMark], bases: Mapping[str, Basis], language: str) -> Iterator[ReadPart]:
    """Yields the parts of a line with marks."""
    spans = dict[tuple[int, int], list[str]]()
    for mark in marks:
        spans.setdefault((mark.start, mark.end), []).append(basis_text(mark.id, mark.article, bases, language))
    return (ReadPart(text[start:end], tuple(names)) for (start, end), names in spans.items())
