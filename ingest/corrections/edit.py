"""The text of a page as it is shown to be corrected, line by line, and what was typed made a text again.

A line of the picture is no paragraph: the reading joined some lines and kept others apart. What stood between two lines
stays with them: whoever corrects a figure changes the figure, and nothing else of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.chunking import read_block
from ingest.corrections.line_boxes import places
from ingest.diff.alignment import Pair, align
from ingest.loaders.pages.paragraphs import wrapped
from store.documents import Line
from text.normalise import normalise

LINE_ENDS = re.compile(r"\n+")
BLANK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Row:
    """A line as it is shown. `gap` is what stands between the line above and this one in the text, None where they are
    one line that was wrapped; `is_apart` is whether a blank line is shown between them."""

    text: str
    gap: str | None = ""
    is_apart: bool = False


def by_lines(lines: Sequence[Line], text: str) -> str:
    """A text with each line that OCR read on a line of its own, to be compared with the picture, and a blank line
    between paragraphs. `typed_text` makes it a text again."""
    return "".join(
        ("\n\n" if row.is_apart else "\n") * bool(number) + row.text for number, row in enumerate(rows(lines, text))
    )


def typed_text(lines: Sequence[Line], text: str, typed: str) -> str:
    """The text of a page of which `by_lines` was shown and this was typed. Lines stand to each other as they did in
    `text`; new ones go on with the line above unless they are headings, list items, articles or rows of a table.
    Without lines what was typed is the text."""
    typed = typed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if typed == (by_lines(lines, text) if lines else text).strip("\n"):
        return text
    if not lines:
        return normalise(typed)
    written = ""
    for number, row in enumerate(placed(rows(lines, text), list(read(typed)))):
        written = together(written, row) if number else row.text
    return normalise(written)


def rows(lines: Sequence[Line], text: str) -> list[Row]:
    """The rows of a text; together they are the text."""
    starts = [place.start for place in places(lines, text)]
    found, offset, gap = list[Row](), 0, ""
    for match in [*LINE_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        found += broken(text[offset:end], [at - offset for at in starts if offset < at < end], gap)
        offset, gap = (match.end(), match[0]) if match else (end, "")
    return found


def broken(paragraph: str, starts: Sequence[int], gap: str) -> Iterator[Row]:
    """The rows of a line of the text, in which lines of the picture begin at `starts`."""
    own: str | None = gap
    begin, is_apart = 0, len(gap) > 1
    for start in starts:
        above, below = paragraph[begin:start], paragraph[start:]
        if above.strip() and below.strip():
            shown, following = divided(above, below)
            yield Row(shown, own, is_apart)
            begin, own, is_apart = start, following, False
    yield Row(paragraph[begin:], own, is_apart)


def divided(above: str, below: str) -> tuple[str, str | None]:
    """How a line is shown that `below` goes on with, and what stands between them: None where `wrapped` makes the same
    of them again."""
    bare = above.rstrip()
    for shown in (bare, f"{bare}-"):
        if wrapped(shown, below) == above + below:
            return shown, None
    return bare, above[len(bare) :]


def read(typed: str) -> Iterator[Row]:
    """The rows of what was typed, with nothing said of what stands between them."""
    for number, paragraph in enumerate(part for part in BLANK.split(typed) if part.strip()):
        for place, line in enumerate(paragraph.strip("\n").split("\n")):
            yield Row(line.rstrip(), None, bool(number) and not place)


def placed(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Row]:
    """Rows as they were typed, each with what stood before its counterpart, where they are still shown like that."""
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


def pairs(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Pair]:
    """The rows that stand for each other; of those between them as many as there are on either side, in their order."""
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


def together(written: str, row: Row) -> str:
    if row.gap is not None:
        return f"{written}{row.gap}{row.text}"
    return written[:-2] + wrapped(written[-2:], row.text) if written and row.text else written + row.text


def goes_on(above: str, line: str) -> bool:
    """Whether a line that was typed below another goes on with it."""
    first, second = read_block(0, len(above), above), read_block(0, len(line), line)
    return first is not None and not (first.level or first.row) and second is not None and second.is_plain
