"""SVG charts with tables: columns for days, bars for categories, ranges for times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

from markupsafe import Markup

from web.rendering import render

TOP, HEIGHT, FOOT = 18, 170, 24
"""Pixels above the columns, of the highest column, and below for the days.

Widths are percentages: the chart has the width of the page, and its letters keep their size.
"""
STEP = 46
"""Pixels of a bar with its label above it."""
LABELS = 4
"""Number of labels that fit side by side on a phone."""


@dataclass(frozen=True)
class Row:
    """A day or a category: its label, its values, and the values as text."""

    label: str
    values: tuple[float, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """A chart: stacked `columns`, `bars` with one value, `ranges` with two.

    A range has a median and a high value. `summary` describes the chart in a sentence; `head` names the columns of the
    table, `legend` the values.
    """

    name: str
    kind: Literal["columns", "bars", "ranges"]
    title: str
    summary: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[str, ...] = ()

    @property
    def highest(self) -> float:
        """Length of the longest row; 1 if there is nothing to draw."""
        lengths = (sum(row.values) if self.kind == "columns" else max(row.values, default=0) for row in self.rows)
        return max(lengths, default=0) or 1

    def html(self, table: str) -> Markup:
        """Renders the chart as a figure; `table` is the label of its table's button."""
        return render(f"staff/statistics/plot_{self.kind}", plot=self, table=table, **layout_plot(self))


def layout_plot(plot: Plot) -> dict[str, object]:
    """Returns all positions: across in percent, down in pixels."""
    if plot.kind == "columns":
        top = ceiling(plot.highest)
        return {
            "columns": columns(plot.rows, top),
            "labels": labels(plot.rows),
            "lines": [(TOP, top), (TOP + HEIGHT / 2, top / 2), (TOP + HEIGHT, 0)],
            "foot": TOP + HEIGHT + FOOT,
        }
    bars = [
        (number * STEP, row, [round(100 * value / plot.highest, 2) for value in row.values])
        for number, row in enumerate(plot.rows)
    ]
    return {"bars": bars, "foot": len(bars) * STEP}


def ceiling(highest: float) -> int:
    """Returns the next round number that halves easily: 2, 4, 10, 20, 40 and so on."""
    size = 10 ** floor(log10(max(highest, 1)))
    return next(int(step * size) for step in (1, 2, 4, 10) if step * size >= highest and step * size >= 2)


def columns(rows: Sequence[Row], top: float) -> list[tuple[Row, list[tuple[float, float, float, float]]]]:
    """Returns the parts of each row, the lowest first: across, down, width, height."""
    width = 100 / max(len(rows), 1)
    places = [(round(width * (number + 0.1), 3), round(width * 0.8, 3)) for number in range(len(rows))]
    return [
        (row, [(across, down, wide, high) for down, high in stack_bars(row.values, HEIGHT / top)])
        for row, (across, wide) in zip(rows, places, strict=True)
    ]


def stack_bars(values: Sequence[float], scale: float) -> Iterator[tuple[float, float]]:
    """Yields top and height of each value, in pixels."""
    for number, value in enumerate(values):
        yield round(TOP + HEIGHT - scale * sum(values[: number + 1]), 1), round(scale * value, 1)


def labels(rows: Sequence[Row]) -> list[tuple[float, str, str]]:
    """Returns a few labels, always with the last one: position, anchor, text."""
    if not rows:
        return []
    every = max(1, -(-(len(rows) - 1) // (LABELS - 1)))
    chosen = range(len(rows) - 1, -1, -every)
    width = 100 / len(rows)
    return [(round(width * (number + 0.5), 2), anchor(number, len(rows)), rows[number].label) for number in chosen]


def anchor(number: int, count: int) -> str:
    """Returns the text anchor that keeps labels at the edges inside the chart."""
    return "start" if number < count / 12 else "end" if number > count * 11 / 12 - 1 else "middle"
