"""The picture of a load is a well-formed SVG that says its figures."""

from __future__ import annotations

from lxml import etree

from evals.load.picture import Curve, draw_curves


def test_each_curve_has_its_title_its_highest_value_and_the_mark() -> None:
    curves = [Curve("memory, MB", [(0.0, 700.0), (30.0, 812.0)]), Curve("a < b", [(0.0, 0.0)])]
    picture = etree.fromstring(draw_curves(curves, 60, 20, "pages are added").encode())
    texts = [each.text for each in picture.iterfind("{*}text")]
    assert {"memory, MB", "a < b", "812", "60 s"} <= set(texts) and texts.count("pages are added") == 2
    assert len(picture.findall("{*}polyline")) == 2
