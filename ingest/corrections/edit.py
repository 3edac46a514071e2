"""Text of a page for editing, line by line, and the edited lines as text again.

A line of the picture is no paragraph: the reader joined some lines and kept others apart. The separators between
lines are kept, so an edited number changes only that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.chunking import read_block
from ingest.corrections.line_boxes import line_places
from ingest.diff.alignment import Pair, align
from ingest.loaders.pages.paragraphs import join_line
from store.documents import Line
from text.normalise import normalise

LINE_ENDS = re.compile(r"\n+")
BLANK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class EditRow:
    """A line in the editor.

    `gap`: separator from the line above in the text; None if both are one wrapped line.
    `is_apart`: True if a blank line is shown between them.
    """

    text: str
    gap: str | None = ""
    is_apart: bool = False


def by_lines(lines: Sequence[Line], text: str) -> str:
    """Text with each OCR line on a line of its own, for comparison with the picture.

    Blank lines separate paragraphs. `read_typed_text` reverses it.
    """
    return "".join(
        ("\n\n" if row.is_apart else "\n") * bool(number) + row.text for number, row in enumerate(rows(lines, text))
    )


def read_typed_text(lines: Sequence[Line], text: str, typed: str) -> str:
    """Page text from edited lines that `by_lines` had shown.

    Lines keep the separators that they have in `text`. New lines continue the line above, unless they are headings,
    list items, articles or table rows.
    Without OCR lines the typed text is the text.
    """
    typed = typed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if typed == (by_lines(lines, text) if lines else text).strip("\n"):
        return text
    if not lines:
        return normalise(typed)
    written = ""
    for number, row in enumerate(keep_separators(rows(lines, text), list(read_rows(typed)))):
        written = together(written, row) if number else row.text
    return normalise(written)


def rows(lines: Sequence[Line], text: str) -> list[EditRow]:
    """Rows of a text; joined, they are the text."""
    starts = [place.start for place in line_places(lines, text)]
    found, offset, gap = list[EditRow](), 0, ""
    for match in [*LINE_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        found += break_rows(text[offset:end], [at - offset for at in starts if offset < at < end], gap)
        offset, gap = (match.end(), match[0]) if match else (end, "")
    return found


def break_rows(paragraph: str, starts: Sequence[int], gap: str) -> Iterator[EditRow]:
    """Rows of a text line in which picture lines begin at `starts`."""
    own: str | None = gap
    begin, is_apart = 0, len(gap) > 1
    for start in starts:
        above, below = paragraph[begin:start], paragraph[start:]
        if above.strip() and below.strip():
            shown, following = split_continued(above, below)
            yield EditRow(shown, own, is_apart)
            begin, own, is_apart = start, following, False
    yield EditRow(paragraph[begin:], own, is_apart)


def split_continued(above: str, below: str) -> tuple[str, str | None]:
    """Displayed form of a line that `below` continues, and their separator.

    The separator is None if `join_line` joins them to the same text again.
    """
    bare = above.rstrip()
    for shown in (bare, f"{bare}-"):
        if join_line(shown, below) == above + below:
            return shown, None
    return bare, above[len(bare) :]


def read_rows(typed: str) -> Iterator[EditRow]:
    """Rows of the typed text, with unknown separators."""
    for number, paragraph in enumerate(part for part in BLANK.split(typed) if part.strip()):
        for place, line in enumerate(paragraph.strip("\n").split("\n")):
            yield EditRow(line.rstrip(), None, bool(number) and not place)


def keep_separators(before: Sequence[EditRow], after: Sequence[EditRow]) -> Iterator[EditRow]:
    """Typed rows with the separators of their counterparts, if still shown alike."""
    counterparts = {right: left for left, right in pairs(before, after) if left is not None and right is not None}
    for number, row in enumerate(after):
        left = counterparts.get(number, 0)
        own = before[left] if left and before[left].is_apart == row.is_apart else None
        if own and ("\n" in (own.gap or "") or counterparts.get(number - 1) == left - 1):
            yield replace(row, gap=own.gap)
        elif row.is_apart or not number or not goes_on(after[number - 1].text, row.text):
            yield replace(row, gap="\n\n" if row.is_apart else "\n")
        else:
            yield row


def pairs(before: Sequence[EditRow], after: Sequence[EditRow]) -> Iterator[Pair]:
    """Pairs of corresponding rows.

    Rows between two pairs are paired in order if both sides have equally many.
    """
    open_pairs = list[Pair]()
    for left, right in [*align([row.text for row in before], [row.text for row in after]), (len(before), len(after))]:
        if left is None or right is None:
            open_pairs.append((left, right))
            continue
        lefts = [each for each, _ in open_pairs if each is not None]
        rights = [each for _, each in open_pairs if each is not None]
        if len(lefts) == len(rights):
            yield from zip(lefts, rights, strict=True)
        open_pairs = []
        if left < len(before) and right < len(after):
            yield left, right


def together(written: str, row: EditRow) -> str:
    """Returns the text with a row added after its gap; without one, as a wrapped line."""
    if row.gap is not None:
        return f"{written}{row.gap}{row.text}"
    return written[:-2] + join_line(written[-2:], row.text) if written and row.text else written + row.text


def goes_on(above: str, line: str) -> bool:
    """True if a typed line continues the line above."""
    first, second = read_block(0, len(above), above), read_block(0, len(line), line)
    return first is not None and not (first.level or first.row) and second is not None and second.is_plain
