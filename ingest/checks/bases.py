"""Checks of the bases of guides: lists, marks, and lines without a basis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from ingest.checks.problem import Problem, error, note
from ingest.checks.text import REMEMBERED
from store.bases import BasesRead, Basis
from store.basis_marks import DEFINED, DELIMITER, REPORTED, RESERVED, UNKNOWN
from store.document_bases import PREFIX
from store.documents import Document
from text.numbers import figures

SHOWN = 60
"""Characters of a line that a problem quotes."""
LEFT = re.compile(r"\[\^([^\]\n]*)\]?")
"""A malformed basis mark left in a text."""


def check_bases(documents: Mapping[str, Document], bases: BasesRead) -> Iterator[Problem]:
    """Problems of basis lists, and of the marks in documents.

    Unknown ids, unreadable marks, lines of guides without a basis, words that are known and unknown, marks that their
    bases make needless, and bases that no line uses.
    """
    yield from (Problem(file, "error", problem) for file, problem in bases.problems)
    used = {mark.id for document in documents.values() for mark in document.bases}
    for source, document in documents.items():
        for identity in sorted({mark.id for mark in document.bases} - bases.by_id.keys() - RESERVED):
            yield error(source, "bases.gone" if identity.startswith(PREFIX) else "bases.unknown", id=identity)
        for mark in unreadable_marks(document):
            yield error(source, "bases.unreadable", mark=mark)
        if document.metadata.kind == "guide" and (bare := lines_without_basis(document)):
            yield note(source, "bases.missing", count=len(bare), line=bare[0][:SHOWN])
        if document.metadata.kind == "guide" and (bare := sentences_without_basis(document)):
            yield note(source, "bases.unmarked", count=len(bare), line=bare[0][:SHOWN])
        if document.metadata.kind == "guide" and (mixed := words_known_and_unknown(document)):
            yield note(source, "bases.mixed", count=len(mixed), line=mixed[0][:SHOWN])
        if needless := words_reported_twice(document, bases.by_id):
            yield note(source, "bases.needless", count=len(needless), line=needless[0][:SHOWN])
    for file, identity in bases.places:
        if identity not in used:
            yield note(file, "bases.unused", id=identity)


def unreadable_marks(document: Document) -> list[str]:
    """Marks in a guide that were left in its text; footnotes that it defines are none."""
    if document.metadata.kind != "guide":
        return []
    defined = frozenset(DEFINED.findall(document.text))
    return list(dict.fromkeys(left[0] for left in LEFT.finditer(document.text) if left[1] not in defined))


def lines_without_basis(document: Document) -> list[str]:
    """Lines with a figure that name no basis."""
    return [line for start, line in stating_lines(document) if not any(mark.start == start for mark in document.bases)]


def sentences_without_basis(document: Document) -> list[str]:
    """Lines of text without a figure that name no basis.

    These are sentences, items and rows of tables, which may state a rule or an office.
    """
    marked = {mark.start for mark in document.bases} | {start for start, _ in stating_lines(document)}
    return [line for start, line in body_lines(document.text) if start not in marked and is_statement(line)]


def words_known_and_unknown(document: Document) -> list[str]:
    """Words that rest on something and are marked as unknown as well.

    Each mark may stand behind its own words, also within a line.
    """
    found = []
    for (start, end), marks in groupby(document.bases, lambda mark: (mark.start, mark.end)):
        ids = {mark.id for mark in marks}
        if UNKNOWN in ids and len(ids) > 1:
            found.append(document.text[start:end].strip())
    return found


def words_reported_twice(document: Document, bases: Mapping[str, Basis]) -> list[str]:
    """Words marked as reported whose documents are listed as reported, without a date."""
    found = []
    for (start, end), marks in groupby(document.bases, lambda mark: (mark.start, mark.end)):
        named = {mark.id: mark.article for mark in marks}
        known = [bases[each].reported for each in named if each in bases]
        if named.get(REPORTED) == "" and known and all(known):
            found.append(document.text[start:end].strip())
    return found


def starts_without_basis(document: Document) -> frozenset[int]:
    """Offsets of the lines that name no basis, with or without a figure."""
    bare = {*lines_without_basis(document), *sentences_without_basis(document)}
    marked = {mark.start for mark in document.bases}
    return frozenset(start for start, line in lines_at(document.text) if line in bare and start not in marked)


def is_statement(line: str) -> bool:
    """True for a sentence, an item or a row; not for headings and lead-ins.

    Lines with an unreadable mark are reported separately, so they are excluded.
    """
    own = line.strip()
    is_words = any(map(str.isalpha, own)) and not own.startswith("#") and not own.endswith((":", "："))
    return is_words and not LEFT.search(own)


def stating_lines(document: Document) -> tuple[tuple[int, str], ...]:
    """Offset and text of the lines with a figure, without headings and table headers."""
    return lines_with_figures(document.text)


@lru_cache(REMEMBERED)
def lines_with_figures(text: str) -> tuple[tuple[int, str], ...]:
    """Returns offset and text of lines with a figure, without headings; cached."""
    return tuple(
        (start, line)
        for start, line in body_lines(text)
        if figures(line.lstrip("0123456789. ")) and not line.startswith("#")
    )


def body_lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each line, without header rows of tables and their rules."""
    lines = list(lines_at(text))
    for (start, line), (_, below) in zip(lines, [*lines[1:], (0, "")], strict=True):
        if not DELIMITER.fullmatch(below) and not DELIMITER.fullmatch(line):
            yield start, line


def lines_at(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each line."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
