"""Markdown as Word elements.

Text that would lose a letter or digit stays as typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from markdown_it.token import Token

from text.citations import MARKER
from web.markdown import ALLOWANCE, PARSER
from web.word_export.bidi import is_leftward
from web.word_export.document import Paper
from web.word_export.elements import Setting, TextStyle, element, link_within, paragraph, runs
from web.word_export.styles import DEEP, DEEPEST
from web.word_export.tables import MOST_COLUMNS, table

Line = Sequence[Token]
"""Tokens inside a paragraph, a heading or a cell."""
LOOKS = {(bold, italic): TextStyle(bold=bold, italic=italic) for bold in (False, True) for italic in (False, True)}
TAB = Token("text", "", 0, content="\t")
LONGEST = 50_000
"""Maximum characters of parsed Markdown; longer texts are written as typed."""


@dataclass(frozen=True)
class Manner:
    """Format of Markdown: style, language, heading level, bookmarks of the markers.

    With a style of its own, such as a quote, headings are only bold text and not headings of the document.
    """

    style: str = ""
    language: str = ""
    level: int = 0
    places: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass
class Series:
    """A list in progress: its number in the document, and its last item number."""

    identity: int = 0
    last: int = -1


def blocks(paper: Paper, text: str, manner: Manner) -> list[Any]:
    """Returns the paragraphs and tables of `text`."""
    tokens = PARSER.parse(text) if len(text) <= LONGEST and ALLOWANCE.takes(text) else []
    writer = ParagraphWriter(paper, manner)
    if is_complete(text, tokens):
        for token in tokens:
            writer.take(token)
    else:
        for part in re.split(r"\n\s*\n", text):
            writer.write([Token("text", "", 0, content=part)])
    return writer.blocks


def is_complete(text: str, tokens: Sequence[Token]) -> bool:
    """True if the tokens contain every letter and digit.

    Cells after a table's last column, for example, get lost.
    """
    needed, found = (Counter(filter(str.isalnum, part)) for part in (unescape(text), "".join(contents(tokens))))
    return needed <= found


def contents(tokens: Sequence[Token]) -> Iterator[str]:
    """Yields the texts of blocks, and the numbers of list items."""
    for token in tokens:
        if token.type == "inline":
            yield words(token.children or ())
        elif token.type in ("fence", "list_item_open"):
            yield token.content or token.info


def words(tokens: Line) -> str:
    """Returns the text of a line, without its format."""
    return "".join(text for text, _ in pieces(tokens))


def pieces(tokens: Line) -> Iterator[tuple[str, TextStyle]]:
    """Yields the text of a line in runs, bold or italic."""
    for look, group in groupby(looks(tokens), key=itemgetter(1)):
        yield "".join(text for text, _ in group), look


def looks(tokens: Line) -> Iterator[tuple[str, TextStyle]]:
    """Yields each token as text. The address of a link follows its words."""
    depth = {"strong": 0, "em": 0}
    addresses = []
    for token in tokens:
        if token.tag in depth:
            depth[token.tag] += token.nesting
        if token.type == "link_open":
            addresses.append("" if token.info == "auto" else f" ({token.attrs['href']})")
        written = "\n" if token.tag == "br" else addresses.pop() if token.type == "link_close" else token.content
        yield written, LOOKS[depth["strong"] > 0, depth["em"] > 0]


@dataclass
class ParagraphWriter:
    """One pass over the tokens of a text; each line becomes a paragraph."""

    paper: Paper
    manner: Manner
    blocks: list[Any] = field(default_factory=list)
    lists: list[Series] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0
    label: tuple[int, str] | None = None
    """Label of the next paragraph: item of a Word list, or number written as text."""
    rows: list[list[Line]] | None = None

    def take(self, token: Token) -> None:
        """Takes a token: writes its text, or notes where it begins or ends."""
        match token.type:
            case "inline":
                self.line(token.children or ())
            case "fence":
                self.line([token])
            case "heading_open" | "heading_close":
                self.heading = int(token.tag[1]) if token.nesting == 1 else 0
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "bullet_list_open" | "ordered_list_open":
                self.write_label()
                self.lists.append(Series())
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.label = self.begin_item(token)
            case "list_item_close":
                self.write_label()
            case "table_open":
                self.write_label()
                self.rows = []
            case "tr_open" if self.rows is not None:
                self.rows.append([])
            case "table_close" if self.rows is not None:
                self.blocks += self.table(self.rows)
                self.rows = None

    def line(self, tokens: Line) -> None:
        """Writes a line as a paragraph; within a table it becomes a cell."""
        if self.rows is None:
            self.write(tokens)
        else:
            self.rows[-1].append(tokens)

    def begin_item(self, token: Token) -> tuple[int, str]:
        """Returns the label of a list item.

        Numbers count on. A higher number is kept, because a quote may leave items out.
        """
        if not token.info:
            return self.paper.bullets, ""
        series = self.lists[-1]
        number = max(int(token.info), series.last + 1)
        if not series.identity or number != series.last + 1:
            series.identity = self.paper.add_numbering(number, self.depth(), token.markup)
        series.last = number
        return series.identity, "" if series.identity else f"{number}{token.markup}\t"

    def depth(self) -> int:
        """Returns the nesting of the present list, from 0; -1 outside of lists."""
        return min(len(self.lists), DEEPEST) - 1

    def write_label(self) -> None:
        """Writes the dot or number of an item that does not begin with a paragraph."""
        if self.label:
            self.write(())

    def write(self, tokens: Line) -> None:
        """Writes a paragraph, which takes the label that waits."""
        series, number = self.label or (0, "")
        setting = Setting(self.style(), self.indent(), bool(self.label), series, max(self.depth(), 0))
        self.label = None
        self.blocks.append(self.paragraph(tokens, setting, number, bold=self.heading > 0))

    def style(self) -> str:
        """Returns the style of the next paragraph; empty for that of usual text."""
        if self.heading and not self.manner.style:
            return f"Heading{min(self.manner.level + self.heading, DEEPEST)}"
        return "Quote" if self.quotes else self.manner.style

    def indent(self) -> int:
        """Returns the indent. The first step of a quote is part of its style."""
        return min(len(self.lists) + max(self.quotes - 1, 0), DEEPEST)

    def paragraph(self, tokens: Line, setting: Setting, number: str = "", bold: bool = False) -> Any:
        """Returns `number` and a line as a paragraph, in the direction of the line."""
        within = is_leftward(words(tokens))
        content = runs(number, TextStyle(), within)
        for text, look in pieces(tokens):
            full = replace(look, bold=look.bold or bold, language=self.manner.language)
            content += self.with_links(text, full, within)
        return paragraph(content, setting, within)

    def with_links(self, text: str, look: TextStyle, within: bool) -> Iterator[Any]:
        """Yields the runs of a text; markers of known sources are raised and link there."""
        done = 0
        for marker in MARKER.finditer(text):
            place = self.manner.places.get(int(marker[1]))
            if place:
                yield from runs(text[done : marker.start()], look, within)
                yield link_within(place, runs(marker[0], TextStyle(raised=True, colour=DEEP), within))
                done = marker.end()
        yield from runs(text[done:], look, within)

    def table(self, rows: Sequence[Sequence[Line]]) -> list[Any]:
        """Returns a table and an empty line that separates it from the next table.

        A table too wide for Word is written as lines.
        """
        is_headed = any(words(cell) for cell in rows[0])
        shown = rows if is_headed else rows[1:]
        if not shown or len(rows[0]) > MOST_COLUMNS:
            return [self.paragraph([token for cell in row for token in (*cell, TAB)], Setting()) for row in rows]
        within = is_leftward("".join(words(cell) for row in shown for cell in row))
        cells = [[self.cell(cell, is_headed and number == 0) for cell in row] for number, row in enumerate(shown)]
        return [table(cells, is_headed, within), element("w:p")]

    def cell(self, tokens: Line, is_header: bool) -> Any:
        """Returns the paragraph of a table cell, bold in the header."""
        return self.paragraph(tokens, Setting("TableText"), bold=is_header)
