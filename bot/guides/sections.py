"""Sections of a service guide: steps, documents, time limit, fee and authority."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.guides.headings import NUMERAL, ORDER, HeadingKind, kinds_of
from store.documents import Document

LONGEST = 60_000
"""Longest service guide, in characters; longer documents are books or laws."""
MOST = 12
"""Most sections of a service guide; more belong to several procedures."""


@dataclass(frozen=True)
class Section:
    """Text under one heading, verbatim Markdown: `document.text[start:end] == text`.

    - `kinds`: several for a heading such as 材料、时限和费用.
    - `page`: None if the document has no pages.
    """

    kinds: tuple[HeadingKind, ...]
    heading: str
    start: int
    end: int
    text: str
    page: int | None = None


@dataclass(frozen=True)
class Guide:
    """A service guide.

    Its sections go from steps and documents to time limit, fee and authority.
    """

    source: str
    title: str
    language: str
    url: str
    contact: str
    sections: tuple[Section, ...]


HEADING = re.compile(
    rf"^(?:(?P<signs>#{{1,6}})[ \t]+(?P<title>[^\n]+)"
    rf"|\*{{0,2}}(?P<number>{NUMERAL}、|[（(]{NUMERAL}[)）])(?P<line>[^\n：:。；;]{{1,24}})(?:[：:]|$))",
    re.MULTILINE,
)
ROW = re.compile(
    r"(?<!\\)\|(?P<name>[^|\n]{1,24})\|(?P<value>[^|\n]++)(?=\|)(?![^\n]{0,400}\n\|[-: |]+$)", re.MULTILINE
)
"""Name and value in a table row that is not the header."""


def guide(document: Document) -> Guide | None:
    """Returns the service guide in a document.

    A guide has at least three kinds, among them steps or documents, and describes one procedure.
    None if the document is no guide, or longer than LONGEST.
    """
    if len(document.text) > LONGEST:
        return None
    sections = sorted(read_sections(document), key=lambda section: (ORDER.index(section.kinds[0]), section.start))
    kinds = {kind for section in sections for kind in section.kinds}
    several = len(sections) > MOST or len({section.heading for section in sections}) < len(sections)
    if len(kinds) < 3 or not kinds & {"steps", "documents"} or several:
        return None
    about = document.metadata
    return Guide(document.source, about.title, about.language, about.source_url, about.contact, tuple(sections))


@dataclass(frozen=True)
class Heading:
    """A heading line; its text starts at `body`.

    `level` is 1 to 6 for Markdown, 7 for 一、 and 8 for （一）.
    """

    level: int
    name: str
    kinds: tuple[HeadingKind, ...]
    start: int
    body: int


def read_sections(document: Document) -> list[Section]:
    """Returns the sections under headings, and table rows for kinds without a heading."""
    under = [section for section in under_headings(document) if section]
    known_kinds = {kind for section in under for kind in section.kinds}
    return under + [row for row in rows(document) if not known_kinds & set(row.kinds) and is_outside(row, under)]


def rows(document: Document) -> Iterator[Section]:
    """Yields the table rows whose name has a kind."""
    for row in ROW.finditer(document.text):
        name = row["name"].strip()
        section = section_of(document, kinds_of(name), name, *row.span("value"))
        if section and section.kinds:
            yield section


def is_outside(row: Section, under: Sequence[Section]) -> bool:
    """Checks that a table row is in none of the sections."""
    return not any(section.start <= row.start < section.end for section in under)


def under_headings(document: Document) -> Iterator[Section | None]:
    """Yields the section of each heading with kinds; subheadings belong to it.

    It ends at the next heading of its level or higher, or of another kind.
    """
    current: Heading | None = None
    for heading in find_headings(document.text):
        if current is None:
            current = heading if heading.kinds else None
        elif heading.level <= current.level or not set(heading.kinds) <= set(current.kinds):
            yield section_of(document, current.kinds, current.name, current.body, heading.start)
            current = heading if heading.kinds else None
    if current:
        yield section_of(document, current.kinds, current.name, current.body, len(document.text))


def find_headings(text: str) -> Iterator[Heading]:
    """Yields the headings of a text in order; the title at its top has no kind."""
    for number, match in enumerate(HEADING.finditer(text)):
        level = len(match["signs"]) if match["signs"] else 7 + match["number"].startswith(("（", "("))
        name = (match["title"] or match["number"] + match["line"]).strip(" \t#*")
        is_title = number == 0 and level == 1
        yield Heading(level, name, () if is_title else kinds_of(name), match.start(), match.end())


def section_of(document: Document, kinds: tuple[HeadingKind, ...], name: str, start: int, end: int) -> Section | None:
    """Returns the section between two offsets, in characters, without blank lines.

    None if only blanks are between them.
    """
    body = document.text[start:end].rstrip()
    blank = len(body) - len(body.lstrip())
    start += body.rfind("\n", 0, blank) + 1 or blank
    text = document.text[start:end].rstrip()
    return Section(kinds, name, start, start + len(text), text, document.page_at(start)) if text else None
