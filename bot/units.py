"""The units that an extractive answer quotes: sentences, list items and table rows of a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.documents import Passage

Kind = Literal["sentence", "item", "row"]

HEADING = re.compile(r"\s*#{1,6}\s|第[一二三四五六七八九十百\d]+[编章节]\s")
ITEM = re.compile(r"\s*(?:[-*+•·]\s+|\d{1,3}[.．、)）]\s*|[（(][一二三四五六七八九十\d]+[)）]\s*|[①-⑳]\s*)")
SEPARATOR_ROW = re.compile(r"\|?[\s:|-]+\|?$")
SENTENCE_END = re.compile(
    r"[。！？]+[”’」』）]*|(?<=[^\d\s.][.!?؟])[\"”’)]*(?=\s)|(?<=\d[.!?])(?=\s+[A-ZА-ЯÀ-Ý\u0600-\u06ff])"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nos|Art|Arts|Mr|Ms|Dr|St|vs|cf|approx|Inc|Ltd|Co|e\.g|i\.e|U\.S|ст|п|г|т\.е|art|n\.º|p\.ex)|\b[A-Z])\.$"
)


@dataclass(frozen=True)
class Unit:
    """A span of a document that can be quoted alone: `document.text[start:end] == text`.

    `context` is what stands above it: the heading, the sentence that introduces its list, the header of its table.
    """

    passage: int
    start: int
    end: int
    text: str
    kind: Kind
    context: str = ""
    header: str = ""
    block: int = 0


def units(passage: Passage, number: int) -> list[Unit]:
    """The units of a passage in reading order; headings and separator rows are none."""
    return list(read(passage, number))


def read(passage: Passage, number: int) -> Iterator[Unit]:
    chunk = passage.chunk
    heading = chunk.headings[-1] if chunk.headings else ""
    introduction, header, block = "", chunk.table_header, 0
    in_table = bool(header)
    for start, line, listed in paragraphs(chunk.text):
        at = chunk.start + start
        if HEADING.match(line):
            heading, introduction, header, in_table = line.strip("# \n"), "", "", False
            block += 1
        elif line.lstrip().startswith("|"):
            if not in_table and not header:
                header, in_table = line.strip(), True
            elif not SEPARATOR_ROW.fullmatch(line.strip()):
                yield Unit(number, at, at + len(line), line, "row", heading, header, block)
        elif listed:
            yield item(number, at, line, f"{heading} {introduction}".strip(), block)
        else:
            header, in_table = "", False
            block += 1
            yield from sentences(number, at, line, heading, block)
            introduction = line.strip() if line.rstrip("* ").endswith(("：", ":")) else ""


def paragraphs(text: str) -> Iterator[tuple[int, str, bool]]:
    """`(start, text, is a list item)`: lines, where consecutive plain lines are one paragraph."""
    start, gathered = 0, ""
    position = 0
    for line in text.split("\n"):
        special = HEADING.match(line) or ITEM.match(line) or line.lstrip().startswith("|")
        if (special or not line.strip()) and gathered:
            yield start, gathered, False
            gathered = ""
        if special:
            yield position, line, bool(ITEM.match(line)) and not HEADING.match(line)
        elif line.strip():
            start, gathered = (start, f"{gathered}\n{line}") if gathered else (position, line)
        position += len(line) + 1
    if gathered:
        yield start, gathered, False


def item(number: int, at: int, line: str, context: str, block: int) -> Unit:
    """A list item without its marker."""
    marker = ITEM.match(line)
    skipped = marker.end() if marker and not line.strip().startswith(("（", "(")) else len(line) - len(line.lstrip())
    text = line[skipped:].rstrip()
    return Unit(number, at + skipped, at + skipped + len(text), text, "item", context, "", block)


def sentences(number: int, at: int, text: str, context: str, block: int) -> Iterator[Unit]:
    """The sentences of a paragraph; a line break ends one only after its closing mark."""
    start = 0
    for match in [*SENTENCE_END.finditer(text), None]:
        end = match.end() if match else len(text)
        if match and ABBREVIATION.search(text[start:end]):
            continue
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = at + start + len(piece) - len(piece.lstrip())
            yield Unit(number, begin, begin + len(stripped), stripped, "sentence", context, "", block)
        start = end
