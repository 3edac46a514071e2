"""The plot of growth is a well-formed SVG that says every value and divides by nothing that may be zero."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from evals.results import Cell
from evals.speed.growth.tables import PLOTTED, panels
from evals.speed.plotting import BOTTOM, LEFT, RIGHT, TOP, Axis, Panel, plot

CHUNKS = (1_034, 3_012, 10_107, 30_055, 100_012)
SYNC = Panel("sync, s", list(zip(CHUNKS, (2.1, 6.5, 24.8, 88.3, 1342.7), strict=True)))
SPACE = "{http://www.w3.org/2000/svg}"


def drawn(*panels: Panel) -> ElementTree.Element:
    return ElementTree.fromstring(plot(panels))  # noqa: S314


def said(svg: ElementTree.Element, kind: str) -> list[str]:
    return [str(each.text) for each in svg.iter(f"{SPACE}text") if each.get("class") == kind]


def dots(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in svg.iter(f"{SPACE}circle")]


def test_ticks_are_steps_times_powers_of_ten_within_the_axis() -> None:
    assert Axis(0.04, 3, 0, 1).ticks(1, 2, 5) == [0.05, 0.1, 0.2, 0.5, 1, 2]
    assert Axis(900, 110_000, 0, 1).ticks(1, 3) == [1_000, 3_000, 10_000, 30_000, 100_000]


def test_an_axis_is_logarithmic() -> None:
    axis = Axis(1, 10_000, 0, 400)
    assert [axis(value) for value in (1, 10, 100, 10_000)] == [0, 100, 200, 400]


def test_chunks_are_labelled_in_thousands_and_values_plainly() -> None:
    svg = drawn(SYNC)
    assert [each for each in said(svg, "middle") if each.endswith("k")] == ["1k", "3k", "10k", "30k", "100k"]
    assert said(svg, "end") == ["2", "5", "10", "20", "50", "100", "200", "500", "1,000", "2,000"]


def test_every_value_stands_beside_its_dot_and_in_the_description() -> None:
    svg = drawn(SYNC)
    assert said(svg, "value") == ["2.1", "6.5", "24.8", "88.3", "1,342.7"]
    assert len(dots(svg)) == len(CHUNKS)
    assert "sync, s: 2.1 at 1.03k, 6.5 at 3.01k, " in str(svg.findtext(f"{SPACE}desc"))


def test_points_grow_rightwards_and_upwards_within_the_panel() -> None:
    places = dots(drawn(SYNC))
    assert all(left < right and low > high for (left, low), (right, high) in pairwise(places))
    assert all(LEFT < x < RIGHT and TOP < y < BOTTOM for x, y in places)


def test_it_has_a_role_and_a_title_and_titles_of_panels_are_escaped() -> None:
    svg = drawn(Panel("a < b & c", SYNC.points))
    assert (svg.get("role"), svg.get("width")) == ("img", "900")
    assert svg.findtext(f"{SPACE}title")
    assert said(svg, "title") == ["a < b & c"]


def test_linear_growth_goes_through_the_first_point_and_can_be_left_out() -> None:
    linear = Panel("linear", [(chunks, chunks / 500) for chunks in CHUNKS])
    (line,) = (each.attrib["d"] for each in drawn(linear).iter(f"{SPACE}path") if each.get("class") == "linear")
    (x1, y1), (x2, y2) = (map(float, each.split()) for each in line.removeprefix("M").split("L"))
    for x, y in dots(drawn(linear)):
        assert y == pytest.approx(y1 + (x - x1) * (y2 - y1) / (x2 - x1), abs=0.2)
    assert 'class="linear"' not in plot([Panel("linear", linear.points, linear=False)])


def test_like_growth_has_a_like_slope_in_every_panel() -> None:
    svg = drawn(SYNC, Panel("in ms", [(x, 1000 * y) for x, y in SYNC.points]))
    assert dots(svg)[: len(CHUNKS)] == dots(svg)[len(CHUNKS) :]


@pytest.mark.parametrize("points", [[], [(1_000, 5)], [(1_000, 5), (3_000, 5)], [(1_000, 0), (3_000, 5)], [(1_000, 0)]])
def test_few_equal_or_no_values_are_drawn(points: list[tuple[float, float]]) -> None:
    assert len(dots(drawn(Panel("few", points)))) == sum(y > 0 for _, y in points)


def test_nothing_is_an_empty_picture() -> None:
    assert dots(drawn()) == []


def test_each_plotted_column_of_growth_has_a_panel() -> None:
    rows: list[dict[str, Cell]] = [
        {"chunks": 1_034, **dict.fromkeys(PLOTTED, 2)},
        {"chunks": 3_012, **dict.fromkeys(PLOTTED, 3.5)},
    ]
    made = panels(rows)
    assert [panel.title for panel in made] == list(PLOTTED.values())
    assert {tuple(panel.points) for panel in made} == {((1_034, 2), (3_012, 3.5))}
