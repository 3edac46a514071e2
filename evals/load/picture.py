"""Picture of a load over time: lines with linear axes, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 150, 60, 740, 34, 120
STYLE = """text{font:11px sans-serif;fill:#57606a} .title{font-size:13px;font-weight:bold;fill:#1f2328}
.end{text-anchor:end} path{stroke:#e4e7eb} .mark{stroke:#8c959f;stroke-dasharray:4 3}
polyline{fill:none;stroke:#0969da;stroke-width:1.5}"""


@dataclass(frozen=True)
class Curve:
    """Values over the seconds since the start; there is at least one."""

    title: str
    points: Sequence[tuple[float, float]]


def draw_curves(curves: Sequence[Curve], seconds: float, mark: float, marked: str) -> str:
    """Returns the curves as an SVG; `mark` is the second of an event named `marked`."""
    parts = [panel(curve, number * HEIGHT, seconds, mark, marked) for number, curve in enumerate(curves)]
    size = f'width="{WIDTH}" height="{HEIGHT * len(curves)}" viewBox="0 0 {WIDTH} {HEIGHT * len(curves)}"'
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>{background}{"".join(parts)}</svg>\n'


def panel(curve: Curve, top: int, seconds: float, mark: float, marked: str) -> str:
    """Returns a curve, its axes and the mark as SVG; `top` is its place in pixels."""
    most = max(value for _, value in curve.points) or 1.0

    def x(second: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * second / seconds, 1)

    def y(value: float) -> float:
        return round(top + BOTTOM - (BOTTOM - TOP) * value / most, 1)

    line = " ".join(f"{x(second)},{y(value)}" for second, value in curve.points)
    texts = [
        ("title", LEFT, top + 20, curve.title),
        ("", x(mark) + 4, top + 30, marked),
        ("end", LEFT - 6, y(0), "0"),
        ("end", LEFT - 6, y(most) + 8, f"{most:,.5g}"),
        ("end", RIGHT, top + BOTTOM + 16, f"{seconds:.0f} s"),
    ]
    said = "".join(f'<text class="{name}" x="{at}" y="{on}">{escape(text)}</text>' for name, at, on, text in texts)
    return (
        f'<path d="M{LEFT} {y(0)}H{RIGHT}M{LEFT} {y(most)}H{RIGHT}"/>'
        f'<path class="mark" d="M{x(mark)} {y(0)}V{y(most)}"/><polyline points="{line}"/>{said}'
    )
