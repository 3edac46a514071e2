"""Joins the characters of a page into rows in reading order.

Ruled tables become Markdown in their places.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.loaders.pages.layout import Box, Row, hull, page_order, reading_order, rotate
from ingest.loaders.pdf.page import Glyph, Sheet
from ingest.loaders.pdf.tables import Cell, Grid, find_grids, markdown
from ingest.loaders.superscripts import raise_digits
from text.scripts import is_wide

# In letter heights: a wider gap may be the gutter between columns.
GAP = 0.8
SMALL, ABOVE = 0.85, 0.15
"""Maximum height of a superscript, and its minimum distance above the line.

Both in heights of the character before it.
"""
Place = tuple[int, Cell] | None


def rows_of(sheet: Sheet) -> tuple[list[Row], float]:
    """Rows of a page in reading order, and the height of the page as read.

    Works for any rotation of page and text. Text in another direction than most of the page comes last.
    """
    turns = [turn for turn, _ in Counter(glyph.turn for glyph in sheet.glyphs if glyph.box).most_common()]
    rows: list[Row] = []
    for turn in turns:
        glyphs = [glyph for glyph in sheet.glyphs if glyph.turn == turn or glyph.box is None]
        upright = turn + 270 if is_vertical(glyphs, sheet, turn) else turn
        rows += rows_of_direction(sheet, glyphs, () if rows else sheet.rules, upright)
    return rows, sheet.width if turns and turns[0] in (90, 270) else sheet.height


def rows_of_direction(sheet: Sheet, glyphs: list[Glyph], rules: Sequence[Box], turn: int) -> list[Row]:
    """Returns the rows of the characters that `turn` degrees make upright, in order.

    `rules` are the lines from which tables are found.
    """
    grids = find_grids([rotate(rule, sheet.width, sheet.height, turn) for rule in rules])
    placed = with_raised(glyphs, lambda box: rotate(box, sheet.width, sheet.height, turn))
    pieces = defaultdict[Place, list[Row]](list)
    for place, piece in runs(placed, grids):
        pieces[place].append(piece)
    free = pieces.pop(None, [])
    for number, grid in enumerate(grids):
        inside = {place[1]: found for place, found in pieces.items() if place and place[0] == number}
        free += table_rows(grid, inside)
    return page_order(free, sheet.width if turn in (90, 270) else sheet.height)


def with_raised(glyphs: Iterable[Glyph], upright: Callable[[Box], Box]) -> Iterator[tuple[str, Box | None]]:
    """Characters with their boxes; superscript digits become superscript characters."""
    line: tuple[Box, float] | None = None
    for glyph in glyphs:
        box, foot = glyph.box and upright(glyph.box), upright(glyph.origin)[1]
        if box and line and is_raised(box, foot, *line):
            yield raise_digits(glyph.character), box
        else:
            yield glyph.character, box
            line = (box, foot) if box and not glyph.character.isspace() else line


def is_raised(box: Box, foot: float, before: Box, line: float) -> bool:
    """True if a character is small and starts above the `line` of the one before it."""
    height = before[3] - before[1]
    is_small, is_next = box[3] - box[1] < SMALL * height, -height < box[0] - before[2] < height
    return is_small and is_next and before[1] < foot < line - ABOVE * height


def table_rows(grid: Grid, pieces: dict[Cell, list[Row]]) -> list[Row]:
    """A table as one row of Markdown.

    The pieces are returned unchanged if the lines draw no table.
    """
    every = [piece for found in pieces.values() for piece in found]
    if not every:
        return []
    texts = {cell: in_cell(reading_order(found)) for cell, found in pieces.items()}
    text = markdown(grid, texts)
    return [Row(text, grid.box, max(piece.size for piece in every), table=True)] if text else every


def in_cell(rows: Sequence[Row]) -> str:
    """Rows of a cell in one line, without spaces between Chinese characters."""
    text = ""
    for row in rows:
        text += (" " if text and not (is_wide(text[-1]) or is_wide(row.text[0])) else "") + row.text
    return text.replace("\t", " ")


def runs(glyphs: Iterable[tuple[str, Box | None]], grids: Sequence[Grid]) -> Iterator[tuple[Place, Row]]:
    """Pieces of consecutive characters on a line and in one cell, with their cells."""
    run: list[tuple[str, Box]] = []
    here: Place = None
    space = ""
    for character, box in glyphs:
        if box is None:
            space = " " if run else ""
            if character in "\r\n":
                yield from finish_run(run, here)
                run, space = [], ""
            continue
        place = place_in_grids(box, grids)
        if run and (place != here or not continues_line(run, character, box)):
            yield from finish_run(run, here)
            run, space = [], ""
        if space:
            run.append((space, run[-1][1]))
        run.append((character, box))
        here, space = place, ""
    yield from finish_run(run, here)


def finish_run(run: list[tuple[str, Box]], place: Place) -> Iterator[tuple[Place, Row]]:
    """Yields the characters of a run as one row, with their cell; nothing if blank."""
    text = "".join(fix_ligatures(run)).strip()
    if text:
        boxes = [box for character, box in run if not character.isspace()]
        yield place, Row(text, hull(boxes), median(box[3] - box[1] for box in boxes))


def fix_ligatures(run: list[tuple[str, Box]]) -> list[str]:
    """Characters, with the two halves of an Arabic ligature in order.

    pdfium gives the halves in reverse.
    """
    characters = [character for character, _ in run]
    for number, ((_, box), (_, following)) in enumerate(pairwise(run)):
        if box == following and unicodedata.bidirectional(characters[number + 1]) == "AL":
            characters[number : number + 2] = characters[number + 1], characters[number]
    return characters


def continues_line(run: Sequence[tuple[str, Box]], character: str, box: Box) -> bool:
    """True if a character continues the line of `run`.

    There must be no wide gap and no step back.
    """
    last = run[-1][1]
    size = max(last[3] - last[1], 1.0)
    overlap = min(box[3], last[3]) - max(box[1], last[1])
    if overlap < 0.3 * min(size, box[3] - box[1]):
        return False
    if unicodedata.bidirectional(character) in ("R", "AL", "AN", "NSM") or box[0] < run[0][1][0] < last[0]:
        return -GAP * size < box[0] - last[2] < GAP * size or -GAP * size < last[0] - box[2] < GAP * size
    return box[0] - last[2] < GAP * size and box[0] > last[0] - 0.3 * size


def place_in_grids(box: Box, grids: Sequence[Grid]) -> Place:
    """Returns the number of the grid and the cell at the middle of a box.

    None if it is outside of all grids.
    """
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for number, grid in enumerate(grids):
        cell = grid.cell_at(x, y)
        if cell:
            return number, cell
    return None


def is_vertical(glyphs: Sequence[Glyph], sheet: Sheet, turn: int) -> bool:
    """True if lines of upright characters run down the page.

    Old Japanese and Chinese books are set this way.
    """
    boxes = [rotate(g.box, sheet.width, sheet.height, turn) for g in glyphs if g.box and is_wide(g.character)]
    down = sum(abs(b[0] - a[0]) < 1 < b[1] - a[1] < 3 * (a[3] - a[1]) for a, b in pairwise(boxes))
    return len(boxes) > 10 and down > 0.6 * len(boxes)
