"""Page layout: positioned pieces of text become rows in reading order."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from statistics import median

from ingest.loaders.pages.text_quality import weight

Box = tuple[float, float, float, float]

FEWEST_ROWS_OF_A_COLUMN = 4
"""Minimum rows of a text column."""
NARROWEST_COLUMN = 0.28
"""Minimum width of a column, as a share of the width of all text."""
SHORTEST_LINE = 8
"""Minimum median length of a column's lines, in ideographs."""
FULLNESS_OF_PROSE = 0.6
"""Minimum median width of a column's lines, as a share of its width."""
WIDE = 0.6
"""Pieces wider than this share of the text width end columns."""
MARGIN = 0.12
"""Share of the page height in which a header or footer is expected."""
WIDE_GAP = 1.5
"""Gaps wider than this many letter heights become tabs."""


@dataclass(frozen=True)
class Row:
    """A line or a piece of one.

    `box`: left, top, right, bottom in points, y downwards.
    `size`: height of its letters.
    `table`: True if `text` is a whole Markdown table.
    `spread`: True for pieces far apart, such as a row of a table without ruling lines.
    """

    text: str
    box: Box
    size: float
    table: bool = False
    spread: bool = False


def rotate(box: Box, width: float, height: float, degrees: int) -> Box:
    """Box after the page is turned clockwise by 0, 90, 180 or 270 degrees.

    The page is `width` x `height` before.
    """
    left, top, right, bottom = box
    match degrees % 360:
        case 90:
            return height - bottom, left, height - top, right
        case 180:
            return width - right, height - bottom, width - left, height - top
        case 270:
            return top, width - right, bottom, width - left
        case _:
            return box


def hull(boxes: Sequence[Box]) -> Box:
    """Smallest box around all boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def page_order(pieces: Sequence[Row], height: float) -> list[Row]:
    """Rows of a whole page in reading order.

    Header and footer lines are kept apart from any columns.
    """
    bands = horizontal_bands(pieces) if pieces else []
    above = bands[:1] if is_apart(bands[:2]) and hull_of(bands[0])[3] < MARGIN * height else []
    rest = bands[len(above) :]
    below = rest[-1:] if is_apart(rest[-2:]) and hull_of(rest[-1])[1] > (1 - MARGIN) * height else []
    middle = rest[: len(rest) - len(below)]
    return [*join_rows(flatten(above)), *reading_order(flatten(middle)), *join_rows(flatten(below))]


def is_apart(pair: Sequence[list[Row]]) -> bool:
    """True if more than an empty line separates two bands."""
    if len(pair) < 2:
        return False
    upper, lower = pair
    return hull_of(lower)[1] - hull_of(upper)[3] > 1.3 * median(piece.size for piece in (*upper, *lower))


def hull_of(pieces: Sequence[Row]) -> Box:
    """Returns the smallest box around all pieces."""
    return hull([piece.box for piece in pieces])


def reading_order(pieces: Sequence[Row]) -> list[Row]:
    """Rows in reading order: column by column, from the top.

    Pieces of one line are joined.
    """
    if len(pieces) < 2 * FEWEST_ROWS_OF_A_COLUMN:
        return join_rows(pieces)
    columns = split_at_gutter(pieces)
    if columns:
        return [row for column in columns for row in reading_order(column)]
    bands = split_at_columns(pieces)
    return [row for band in bands for row in reading_order(band)] if len(bands) > 1 else join_rows(pieces)


def split_at_gutter(pieces: Sequence[Row]) -> tuple[list[Row], list[Row]] | None:
    """Two columns of running text, separated by a white strip that no piece crosses.

    None if there are no such columns.
    """
    reach = max(piece.box[2] for piece in pieces)
    for left, right in gaps([(piece.box[0], piece.box[2]) for piece in pieces]):
        if right - left < 0.6 * median(piece.size for piece in pieces) or left == reach:
            continue
        before = [piece for piece in pieces if piece.box[2] <= left]
        after = [piece for piece in pieces if piece.box[0] >= right]
        if is_prose(before, pieces) and is_prose(after, pieces):
            return (after, before) if is_mostly_right_to_left(piece.text for piece in pieces) else (before, after)
    return None


def split_at_columns(pieces: Sequence[Row]) -> list[list[Row]]:
    """Groups of pieces from top to bottom.

    Cut where wide rows end columns, or where columns begin or end.
    """
    bands = horizontal_bands(pieces)
    left, _, right, _ = hull_of(pieces)
    kinds = groupby(bands, lambda band: any(p.box[2] - p.box[0] > WIDE * (right - left) for p in band))
    groups = [[piece for band in group for piece in band] for _, group in kinds]
    return groups if len(groups) > 1 else trim_bands(bands)


def trim_bands(bands: Sequence[list[Row]]) -> list[list[Row]]:
    """Bands with columns, separated from the few bands above and below them.

    One group if nothing has columns.
    """
    for above, below in product(range(8), range(4)):
        end = len(bands) - below
        middle = flatten(bands[above:end])
        if middle and (above or below) and split_at_gutter(middle):
            return [group for part in (bands[:above], bands[above:end], bands[end:]) if (group := flatten(part))]
    return [flatten(bands)]


def flatten(bands: Sequence[list[Row]]) -> list[Row]:
    """Returns the pieces of all bands in one list."""
    return [piece for band in bands for piece in band]


def horizontal_bands(pieces: Sequence[Row]) -> list[list[Row]]:
    """Groups of pieces between white strips across the whole width."""
    cuts = [bottom for _, bottom in gaps([(piece.box[1], piece.box[3]) for piece in pieces])]
    bands: list[list[Row]] = [[] for _ in range(len(cuts) + 1)]
    for piece in pieces:
        bands[sum(piece.box[1] >= cut for cut in cuts)].append(piece)
    return bands


def gaps(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches between the first start and the last end without any interval."""
    found, reach = [], min(start for start, _ in intervals)
    for start, end in sorted(intervals):
        if start > reach:
            found.append((reach, start))
        reach = max(reach, end)
    return found


def is_prose(column: Sequence[Row], page: Sequence[Row]) -> bool:
    """True for a column of running text.

    False for a table column, whose rows are mostly short.
    """
    if len(column) < FEWEST_ROWS_OF_A_COLUMN:
        return False
    left, _, right, _ = hull_of(column)
    page_left, _, page_right, _ = hull_of(page)
    if right - left < NARROWEST_COLUMN * (page_right - page_left):
        return False
    rows = join_rows(column)
    fullness = median((row.box[2] - row.box[0]) / (right - left or 1) for row in rows)
    enough = len(rows) >= FEWEST_ROWS_OF_A_COLUMN and median(weight(row.text) for row in rows) >= SHORTEST_LINE
    return enough and fullness >= FULLNESS_OF_PROSE


def join_rows(pieces: Sequence[Row]) -> list[Row]:
    """Joins pieces side by side into rows, from top to bottom."""
    groups: list[list[Row]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box[1] + piece.box[3]) / 2):
        for group in groups[-3:]:
            if stands_beside(piece, group[-1]):
                group.append(piece)
                break
        else:
            groups.append([piece])
    return [join_pieces(group) for group in groups]


def stands_beside(piece: Row, other: Row) -> bool:
    """Checks that two pieces share a line; a table shares none.

    They do if they overlap by more than half the height of the lower one.
    """
    overlap = min(piece.box[3], other.box[3]) - max(piece.box[1], other.box[1])
    lower = min(piece.box[3] - piece.box[1], other.box[3] - other.box[1])
    return not (piece.table or other.table) and overlap > 0.5 * lower


def join_pieces(group: Sequence[Row]) -> Row:
    """Joins the pieces of a line, with a space in each gap and a tab in a wide one."""
    if len(group) == 1:
        return group[0]
    backwards = is_mostly_right_to_left(piece.text for piece in group)
    ordered = sorted(group, key=lambda piece: -piece.box[2] if backwards else piece.box[0])
    text = ordered[0].text
    for before, piece in pairwise(ordered):
        gap = before.box[0] - piece.box[2] if backwards else piece.box[0] - before.box[2]
        text += ("\t" if gap > WIDE_GAP * piece.size else " " if gap > 0.15 * piece.size else "") + piece.text
    box = hull_of(group)
    longest = max(group, key=lambda piece: len(piece.text))
    return Row(text, box, longest.size, spread="\t" in text)


def is_mostly_right_to_left(texts: Iterable[str]) -> bool:
    """True if most letters are Arabic or Hebrew."""
    kinds = Counter(unicodedata.bidirectional(character) for text in texts for character in text)
    return kinds["R"] + kinds["AL"] > kinds["L"]
