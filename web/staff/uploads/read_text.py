"""A file as it was read, for its reader: problems, and the basis of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import Request
from markupsafe import Markup

from ingest.checks import check_documents
from ingest.checks.bases import lines_at, starts_without_basis
from store.bases import BasesRead, Basis
from store.basis_marks import DELIMITER, marks_within
from store.documents import Document
from text.messages import Message
from web.http.limits import MOST_SIGNS_IN_A_FILE
from web.markdown import at_most, document_html
from web.staff.messages import localise
from web.staff.pages import Pages, language_of, translator
from web.staff.uploads.written_page import basis_text, write_note


def problems_of(pages: Pages, request: Request, document: Document, reading: Sequence[Message]) -> list[str]:
    """Returns what the checks find in a document, after the problems of its `reading`."""
    bases = pages.room.bases
    return [localise(each, language_of(request)) for each in check_read(document, reading, bases)]


def check_read(document: Document, reading: Sequence[Message], bases: BasesRead) -> list[Message]:
    """Returns the problems of a document's `reading`, and what the checks find in it."""
    found = check_documents([document], [], date.today(), bases)
    return [*reading, *(each.text for each in found if each.source == document.source)]


def render_with_bases(document: Document, bases: Mapping[str, Basis], language: str) -> Markup:
    """Renders a text as companies see it, with the basis of each line written out.

    A line of a guide that states something and names no basis says so.
    """
    bare = starts_without_basis(document) if document.metadata.kind == "guide" else frozenset[int]()
    missing = f" **〔{translator(language)('uploads.no_basis')}〕** "
    lines = list[str]()
    for start, line in lines_at(document.text):
        marks = marks_within(document.bases, start, start + len(line))
        notes = [(each.end - start, write_note(basis_text(each.id, each.article, bases, language))) for each in marks]
        lines.append(add_notes(line, [(len(line), missing)] if start in bare else notes))
    return render_read("\n".join(lines))


def add_notes(line: str, notes: Sequence[tuple[int, str]]) -> str:
    """Returns a line with `(end, note)` behind the words before each `end`.

    The last cell of a row keeps its end, and what draws the head of a table stays as it is.
    """
    if DELIMITER.fullmatch(line):
        return line
    places = dict[int, str]()
    for end, note in notes:
        place = len(line[:end].rstrip(" \t|"))
        places[place] = places.get(place, "") + note
    for place, joined in sorted(places.items(), reverse=True):
        line = line[:place] + joined + line[place:]
    return line


def render_read(text: str) -> Markup:
    """Renders a text that was read; one with very many signs stays as typed."""
    with at_most(MOST_SIGNS_IN_A_FILE, MOST_SIGNS_IN_A_FILE):
        return document_html(text)
