"""Ruled tables: straight lines become grids of cells, and these become Markdown."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ingest.loaders.pages.layout import Box, is_mostly_right_to_left

TOUCH = 3.0
"""Distance in points within which lines count as touching."""
MOST_RULES = 600
MOST_CELLS = 5000
LONGEST_CELL = 1500
"""Characters of a cell above which the lines draw a form, not a table."""
LONGEST_REPEATED = 60
"""Maximum characters of a merged cell that repeats."""
Cell = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """A ruled table.

    `columns`, `rows`: positions of its lines.
    `cells`: the cell of each square. A cell is named by its first square (row, column); a merged cell has several
    squares.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: dict[Cell, Cell]

    @property
    def box(self) -> Box:
        """The box around the table, in points."""
        return self.columns[0], self.rows[0], self.columns[-1], self.rows[-1]

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Returns the cell at a point.

        None if the point is outside of the table.
        """
        square = bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1
        return self.cells.get(square)


def find_grids(rules: Sequence[Box]) -> list[Grid]:
    """Tables drawn by straight lines: at least two rows and columns of closed cells."""
    level = merge_lines([(r[1], r[0], r[2]) for r in rules if r[2] - r[0] >= r[3] - r[1]])
    upright = merge_lines([(r[0], r[1], r[3]) for r in rules if r[2] - r[0] < r[3] - r[1]])
    if min(len(level), len(upright)) < 2 or len(level) + len(upright) > MOST_RULES:
        return []
    return [grid for group in group_connected(level, upright) if (grid := grid_of(*group))]


Line = tuple[float, float, float]


def merge_lines(lines: Sequence[Line]) -> list[Line]:
    """Merges lines (position, from, to) that overlap or continue one another."""
    found: list[Line] = []
    for position, start, end in sorted(lines):
        for number, (other, begin, finish) in enumerate(found):
            if position - other <= TOUCH and start <= finish + TOUCH and end >= begin - TOUCH:
                found[number] = other, min(start, begin), max(end, finish)
                break
        else:
            found.append((position, start, end))
    return [line for line in found if line[2] - line[1] > TOUCH]


def group_connected(level: list[Line], upright: list[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Groups of horizontal and vertical lines that cross or touch: one per table."""
    left = set(range(len(level)))
    free = set(range(len(upright)))
    while left:
        group, columns, fresh = set[int](), set[int](), {left.pop()}
        while fresh:
            group |= fresh
            found = {c for c in free if any(cross(level[r], upright[c]) for r in fresh)}
            columns, free = columns | found, free - found
            fresh = {r for r in left if any(cross(level[r], upright[c]) for c in found)}
            left -= fresh
        yield [level[r] for r in group], [upright[c] for c in columns]


def cross(level: Line, upright: Line) -> bool:
    """Checks that a horizontal and a vertical line cross, or miss by TOUCH at most."""
    return is_within(upright[0], level[1], level[2]) and is_within(level[0], upright[1], upright[2])


def is_within(value: float, start: float, end: float) -> bool:
    """Checks that a value lies in a range that is wider by TOUCH at both ends."""
    return start - TOUCH <= value <= end + TOUCH


def grid_of(level: list[Line], upright: list[Line]) -> Grid | None:
    """Returns the cells between lines.

    None if there are fewer than two rows or columns, fewer than four cells, or more than MOST_CELLS squares.
    """
    rows, columns = positions(level), positions(upright)
    if len(rows) < 3 or len(columns) < 3 or (len(rows) - 1) * (len(columns) - 1) > MOST_CELLS:
        return None
    doors = open_sides(rows, columns, level, upright)
    cells: dict[Cell, Cell] = {}
    for first in product(range(len(rows) - 1), range(len(columns) - 1)):
        waiting = [first]
        while waiting:
            square = waiting.pop()
            if square not in cells:
                cells[square] = first
                waiting += doors[square]
    return Grid(tuple(columns), tuple(rows), cells) if len(set(cells.values())) >= 4 else None


def open_sides(
    rows: list[float], columns: list[float], level: list[Line], upright: list[Line]
) -> dict[Cell, list[Cell]]:
    """For each square, its neighbours without a line between."""
    doors = defaultdict[Cell, list[Cell]](list)
    for row, column in product(range(len(rows) - 1), range(len(columns) - 1)):
        here, below, right = (row, column), (row + 1, column), (row, column + 1)
        middle_x, middle_y = (columns[column] + columns[column + 1]) / 2, (rows[row] + rows[row + 1]) / 2
        if row + 2 < len(rows) and not is_parted(level, rows[row + 1], middle_x):
            doors[here].append(below)
            doors[below].append(here)
        if column + 2 < len(columns) and not is_parted(upright, columns[column + 1], middle_y):
            doors[here].append(right)
            doors[right].append(here)
    return doors


def positions(lines: Sequence[Line]) -> list[float]:
    """Positions of lines in order; those within three points count once."""
    found: list[float] = []
    for position, _, _ in sorted(lines):
        if not found or position - found[-1] > TOUCH:
            found.append(position)
    return found


def is_parted(lines: Sequence[Line], position: float, middle: float) -> bool:
    """Checks that a line runs at `position` and passes `middle`."""
    return any(abs(line[0] - position) <= TOUCH and line[1] <= middle <= line[2] for line in lines)


def markdown(grid: Grid, texts: dict[Cell, str]) -> str | None:
    """Table as Markdown, with the first row as header.

    None if the lines draw a form rather than a table.
    A short merged cell repeats in each of its rows and columns, so that every row can be read alone. A cell as wide
    as the table, such as a section title, does not repeat.
    """
    filled = [text for text in texts.values() if text]
    names = set(grid.cells.values())
    if len(filled) < max(3, 0.4 * len(names)) or max(map(len, filled)) > LONGEST_CELL:
        return None
    rows = sorted({cell[0] for cell, text in texts.items() if text})
    columns = sorted({cell[1] for cell, text in texts.items() if text}, reverse=is_mostly_right_to_left(filled))
    if len(rows) < 2 or len(columns) < 2:
        return None
    lines = ["| " + " | ".join(cell_text(grid, row, column, texts) for column in columns) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(columns), *lines[1:]])


def cell_text(grid: Grid, row: int, column: int, texts: dict[Cell, str]) -> str:
    """Returns the text of a square; "" where that of a merged cell does not repeat."""
    cell = grid.cells[row, column]
    text = texts.get(cell, "").replace("\n", " ").replace("|", "\\|")
    if cell == (row, column):
        return text
    whole_row = all(grid.cells[row, other] == cell for other in range(len(grid.columns) - 1))
    return text if len(text) <= LONGEST_REPEATED and (column == cell[1] or not whole_row) else ""
