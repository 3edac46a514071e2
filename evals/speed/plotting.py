"""Plots growth with the number of chunks: small multiples, logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log, log10

COLUMNS, WIDTH, HEIGHT, LEGEND = 3, 300, 256, 36
LEFT, RIGHT, TOP, BOTTOM = 54, 286, 40, 228
"""Start and end of the axes in a panel, in pixels."""
STYLE = """text{font:11px sans-serif;fill:#57606a} .title{font-size:14px;font-weight:bold;fill:#1f2328}
.value{fill:#1f2328;paint-order:stroke;stroke:#fff;stroke-width:3px} .end,.value{text-anchor:end}
.middle{text-anchor:middle} path{stroke:#e4e7eb} .linear{stroke:#8c959f;stroke-dasharray:4 3}
polyline{fill:none;stroke:#0969da;stroke-width:2} circle{fill:#0969da}"""
ABOUT = "Across: chunks in the index. Both axes are logarithmic. Dashed: linear growth from the first point."


@dataclass(frozen=True)
class Panel:
    """Values by number of chunks.

    Values of 0 or less are listed but not drawn: they have no place on the axes.
    """

    title: str
    points: Sequence[tuple[float, float]]
    linear: bool = True
    """True to draw linear growth for comparison."""

    def list_drawn(self) -> list[tuple[float, float]]:
        """Returns the points with both values above 0, by number of chunks."""
        return sorted((x, y) for x, y in self.points if x > 0 and y > 0)


@dataclass(frozen=True)
class Axis:
    """Maps a value to a pixel; `low` and `high` lie at `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return round(self.start + (self.end - self.start) * log(value / self.low) / log(self.high / self.low), 1)

    def ticks(self, *steps: int) -> list[float]:
        """Returns the steps times powers of ten that lie on the axis."""
        exponents = range(floor(log10(self.low)), floor(log10(self.high)) + 1)
        values = [float(f"{step}e{exponent}") for exponent in exponents for step in steps]
        return [value for value in values if self.low <= value <= self.high]


def plot(panels: Sequence[Panel]) -> str:
    """Returns the panels as an SVG, 900 pixels wide.

    They share the chunks and the scale, so that equal growth has an equal slope.
    """
    chunks = [x for panel in panels for x, _ in panel.list_drawn()] or [1]
    across = Axis(min(chunks) / 1.6, max(chunks) * 1.6, LEFT, RIGHT)
    values = [[y for _, y in panel.list_drawn()] or [1] for panel in panels]
    span = max((max(each) / min(each) for each in values), default=1) * 4
    ups = [Axis(min(each) / 1.6, min(each) / 1.6 * span, BOTTOM, TOP) for each in values]
    width, height = COLUMNS * WIDTH, -(-len(panels) // COLUMNS) * HEIGHT + LEGEND
    told = [f"{each.title}: {', '.join(f'{plain(y)} at {short(x)}' for x, y in each.points)}." for each in panels]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        'role="img" aria-labelledby="title desc"><title id="title">Growth with the number of chunks</title>',
        f'<desc id="desc">{escape(" ".join([ABOUT, *told]))}</desc><style>{STYLE}</style>',
        f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>',
        text(width / 2, height - 15, "middle", ABOUT),
    ]
    for number, (panel, up) in enumerate(zip(panels, ups, strict=True)):
        row, column = divmod(number, COLUMNS)
        parts += [f'<g transform="translate({column * WIDTH} {row * HEIGHT})">', *draw(panel, across, up), "</g>"]
    return "\n".join([*parts, "</svg>\n"])


def draw(panel: Panel, across: Axis, up: Axis) -> list[str]:
    """Returns one panel: grid, linear growth, line, dots and their values."""
    parts = [text(LEFT, 24, "title", panel.title)]
    for y in up.ticks(1, 2, 5):
        parts += [f'<path d="M{LEFT} {up(y)}H{RIGHT}"/>', text(LEFT - 6, up(y) + 4, "end", plain(y))]
    for x in across.ticks(1, 3):
        parts += [f'<path d="M{across(x)} {TOP}V{BOTTOM}"/>', text(across(x), BOTTOM + 15, "middle", short(x))]
    points = panel.list_drawn()
    if points and panel.linear:
        parts.append(linear(*points[0], across, up))
    parts.append(f'<polyline points="{" ".join(f"{across(x)},{up(y)}" for x, y in points)}"/>')
    parts += [f'<circle cx="{across(x)}" cy="{up(y)}" r="3.5"/>' for x, y in points]
    return parts + [text(across(x) + 5, up(y) - 8, "value", plain(y)) for x, y in points]


def linear(x: float, y: float, across: Axis, up: Axis) -> str:
    """Returns a line of slope 1 through a point, as far as it lies in the panel."""
    less, more = min(x / across.low, y / up.low), min(across.high / x, up.high / y)
    return f'<path class="linear" d="M{across(x / less)} {up(y / less)}L{across(x * more)} {up(y * more)}"/>'


def text(x: float, y: float, kind: str, said: str) -> str:
    """Returns an SVG text at a place in pixels; `kind` is its class in STYLE."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(said)}</text>'


def short(chunks: float) -> str:
    """Returns a number of chunks as text: 300, 1k, 30k."""
    return f"{chunks / 1000:.3g}k" if chunks >= 1000 else f"{chunks:g}"


def plain(value: float) -> str:
    """Returns a value as text, with commas between thousands."""
    return f"{value:,.10g}"
