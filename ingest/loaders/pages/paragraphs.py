"""Joins wrapped lines into paragraphs, so that sentences are whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.loaders.pages.layout import Row, hull, is_mostly_right_to_left
from ingest.loaders.pages.text_quality import weight
from text.boundaries import REACH, UNSPACED_LETTERS, is_safe_cut
from text.dates import DATE
from text.document_numbers import OFFICE_NUMBER
from text.list_items import item_marker
from text.official_header import LABEL
from text.scripts import FULL_STOPS, NUMERALS, ORDINAL, is_wide

SENTENCE_ENDS = tuple(f"{FULL_STOPS}；：;:.…”」）")
PART = re.compile(rf"{ORDINAL}[编章节条款]|[{NUMERALS}]{{1,3}}[、.．]|附[件录表]|[—–]\s|[*-](?!\d)")
"""Beginnings of document parts, besides list items."""
NUMBER_LINE = re.compile(rf"{OFFICE_NUMBER.pattern}(?:\s*{DATE})?")
"""Line of an official header, with the document number alone or before a date."""
LEADER = re.compile(r"(\.{4,}|…{2,}|·{4,}|_{4,})\s*\d*$")
"""Dot leaders of a table of contents."""
BROKEN = re.compile(
    rf"[{UNSPACED_LETTERS}][^\n]{{0,20}}\d[.．·]\n\d|\d,\n\d{{3}}(?!\d)|\d[-–]\n\d|\d\n[.．]\d"
    rf"|[{UNSPACED_LETTERS}](?:\d\n\d{{1,3}}|\d\d\n\d{{1,2}}|\d{{3}}\n\d)(?:\.\d+)?[{UNSPACED_LETTERS}%]"
)
"""A number that continues in the next line.

In scripts with spaces between words, a dot at the end of a line ends a sentence.
"""
LARGER = 1.3
"""Minimum size of a heading, as a multiple of the body text."""
FURTHER = 1.4
"""Distance of two lines from which they are of two paragraphs, as a multiple of a line's."""
NEAR = 6
"""Number of rows above and below that a row is compared with."""
LONGEST_HEADING = 45
"""Maximum length of a heading, in ideographs."""


def body_size(pages: Sequence[Sequence[Row]]) -> float:
    """Letter height of the body text, in points.

    It is the largest height in which a fifth of the text is set.
    """
    sizes: Counter[float] = Counter()
    for row in (row for rows in pages for row in rows if not row.table):
        sizes[round(row.size)] += round(weight(row.text))
    return max((size for size, amount in sizes.items() if amount >= sizes.total() / 5), default=0.0)


def page_text(rows: Sequence[Row], body: float) -> str:
    """Text of a page: paragraphs, and headings as `## ` lines.

    Headings are clearly larger than `body`.
    """
    headings = headings_of(rows, body)
    text = ""
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else None
        heading, after_heading = number in headings, number - 1 in headings
        if before is None:
            text = "## " * heading + row.text
        elif heading and after_heading and is_one_heading(before, row):
            text += space_between(text, row.text) + row.text
        elif not (heading or after_heading) and continues_sentence(rows, number):
            text = join_line(text, row.text)
        else:
            text += gap_between(before, row, heading or after_heading) + "## " * heading + row.text
    return text


def headings_of(rows: Sequence[Row], body: float) -> set[int]:
    """Indices of heading rows.

    Empty if so many rows are large that the page is a slide or a poster.
    """
    groups: list[list[int]] = []
    for number, row in enumerate(rows):
        if row.table or row.spread or row.size < LARGER * body:
            continue
        if groups and groups[-1][-1] == number - 1 and is_one_heading(rows[number - 1], row):
            groups[-1].append(number)
        else:
            groups.append([number])
    edge = max((row.box[2] for row in rows), default=0.0)
    found = {number for group in groups if is_heading([rows[n] for n in group], edge) for number in group}
    return found if len(found) <= max(4, len(rows) / 5) else set()


def is_heading(group: Sequence[Row], edge: float) -> bool:
    """True for large consecutive rows that are short and end like a heading.

    A long row up to `edge`, the right side of the text, was wrapped: it belongs to a paragraph.
    """
    text, last = "".join(row.text for row in group), group[-1]
    if weight(last.text) > LONGEST_HEADING / 2 and edge - last.box[2] < 2.5 * last.size:
        return False
    return 2 <= weight(text) <= LONGEST_HEADING and not text.endswith(("。", "；", "，", ",", ";"))


def is_one_heading(before: Row, row: Row) -> bool:
    """Checks that two rows are one heading: of one size and one below the other."""
    return abs(before.size - row.size) < 0.1 * row.size and 0 < row.box[1] - before.box[1] < 2.2 * row.size


def continues_sentence(rows: Sequence[Row], number: int) -> bool:
    """True if row `number` continues the sentence of the row before it."""
    before, row = rows[number - 1], rows[number]
    if not may_go_on(before, row):
        return False
    if max(before.size, row.size) > 1.5 * min(before.size, row.size):
        return False
    is_whole_width = is_full(rows, number - 1, is_apart=is_further_down(rows, number))
    return is_whole_width and (is_elsewhere(before, row) or is_next_line(before, row))


def may_go_on(before: Row, row: Row) -> bool:
    """True if a row may continue the sentence of the row before, judged by its text."""
    if before.table or before.spread or row.table or row.spread:
        return False
    if any(NUMBER_LINE.fullmatch(each.text.strip()) for each in (before, row)) or LABEL.match(row.text):
        return False
    return is_broken_number(before.text, row.text) or not (is_ended(before) or begins_part(before.text, row.text))


def begins_part(before: str, text: str) -> bool:
    """True if a row begins a part or an item, not the rest of a number or date."""
    marked = PART.match(text) or item_marker(text)
    return bool(marked) and is_safe_cut(f"{before}\n{text}", len(before) + 1)


def is_broken_number(text: str, following: str) -> bool:
    """True if a number continues in the next line."""
    return bool(BROKEN.search(f"{text[-30:]}\n{following[:30]}"))


def is_ended(row: Row) -> bool:
    """True for rows that no row continues.

    These are whole sentences, tables and lines of a table of contents.
    """
    return row.table or row.spread or row.text.endswith(SENTENCE_ENDS) or bool(LEADER.search(row.text))


def is_elsewhere(before: Row, row: Row) -> bool:
    """True if the row is at the top of the next column."""
    return row.box[3] < before.box[1]


def is_next_line(before: Row, row: Row) -> bool:
    """Checks that a row is close below another, and not indented unless centred."""
    indented = row.box[0] - before.box[0] > 1.2 * row.size and not is_mostly_right_to_left([row.text])
    centred = abs(sum(row.box[::2]) - sum(before.box[::2])) < row.size
    return (centred or not indented) and row.box[1] - before.box[3] < 1.3 * row.size


def is_further_down(rows: Sequence[Row], number: int) -> bool:
    """Checks that a row is clearly further down than the rows beside it.

    That is so below a title in the size of the text, and within a sentence with a tall sign.
    """
    steps = [
        rows[at].box[1] - rows[at - 1].box[1] if 0 < at < len(rows) else 0.0 for at in (number, number - 1, number + 1)
    ]
    return any(0.8 * rows[number].size < step < steps[0] / FURTHER for step in steps[1:])


def is_full(rows: Sequence[Row], number: int, is_apart: bool = False) -> bool:
    """True if a row is about as wide as the rows around it: it was wrapped, not ended.

    As the close ones, or all that overlap if the next one `is_apart`.
    """
    row = rows[number]
    if is_apart:
        near = rows[max(0, number - NEAR) : number + NEAR + 1]
        block = [each for each in near if each is row or (not each.table and overlaps(row, each))]
    else:
        block = [row, *neighbours(rows, number, -1), *neighbours(rows, number, 1)]
    left, _, right, _ = hull([other.box for other in block])
    room = 2.5 * row.size if weight(row.text) > 0.7 * len(row.text) else 7 * row.size
    short = row.box[0] - left if is_mostly_right_to_left([row.text]) else right - row.box[2]
    return short < room and row.box[2] - row.box[0] > (right - left) / 2


def neighbours(rows: Sequence[Row], number: int, step: int) -> Iterator[Row]:
    """Up to NEAR rows close above (step -1) or below (step 1) a row in its column."""
    for other in range(number + step, number + (NEAR + 1) * step, step):
        if not 0 <= other < len(rows) or not are_close(rows[other - step], rows[other]):
            return
        yield rows[other]


def are_close(row: Row, other: Row) -> bool:
    """Checks that two rows of one size stand close, one above the other."""
    upper, lower = (row, other) if row.box[1] < other.box[1] else (other, row)
    alike = max(row.size, other.size) < 1.15 * min(row.size, other.size) and not (row.table or other.table)
    return alike and overlaps(row, other) and lower.box[1] - upper.box[3] < lower.size


def overlaps(row: Row, other: Row) -> bool:
    """Checks that two rows overlap sideways."""
    return row.box[0] < other.box[2] and other.box[0] < row.box[2]


def join_line(text: str, following: str) -> str:
    """Joins a line to the text; a hyphenated word becomes whole."""
    if re.search(r"[a-zà-ÿа-я]-$", text) and re.match(r"[a-zà-ÿа-я]", following):
        return text[:-1] + following
    return text + space_between(text, following) + following


def space_between(text: str, following: str) -> str:
    """Returns the space between two lines; "" at ideographs and in broken numbers."""
    close = is_wide(text[-1]) or is_wide(following[0]) or is_broken_number(text, following)
    return "" if close else " "


def gap_between(before: Row, row: Row, heading: bool) -> str:
    """Returns the line break before a row; a blank line if it is clearly apart.

    `heading`: True if either row is a heading.
    """
    apart = row.box[1] - before.box[3] > 0.9 * row.size
    return "\n\n" if heading or before.table or row.table or apart else "\n"


def page_break(above: Sequence[Row], below: Sequence[Row], text: str, following: str) -> str:
    """Separator between two pages.

    Nothing or a space inside a sentence, otherwise a blank line. Parts that must stay together are separated by a
    line break at most, however short the last line is.
    """
    if not (above and below and text and following):
        return "\n\n" if text else ""
    last, first = above[-1], below[0]
    is_plain = not (last.table or first.table) and following.startswith(first.text)
    if is_plain and not is_safe_cut(f"{text[-REACH:]}\n{following[:REACH]}", min(len(text), REACH) + 1):
        return "" if is_broken_number(text, following) else "\n"
    if not may_go_on(last, first):
        return "\n\n"
    alike = abs(last.size - first.size) < 0.1 * last.size and following.startswith(first.text)
    return space_between(text, following) if alike and is_full(above, len(above) - 1) else "\n\n"
