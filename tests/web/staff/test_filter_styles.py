"""The fields of a filter stand on one line, equally high, with its button: tried on the style alone."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.support.scripted import Visitor

pytestmark = pytest.mark.browser

PAGE = """<main><form class="bar"><p class="field"><label>A <input type="search"></label></p>
<p class="field"><label>B <select><option>all</option></select></label></p>
<p class="field"><label>C <input type="date"></label></p><button>Show</button></form></main>"""


def test_the_fields_of_a_filter_and_its_button_stand_on_one_line(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.set_content(f"<style>{(ROOT / 'web/staff/static/staff.css').read_text(encoding='utf-8')}</style>{PAGE}")
    places = page.eval_on_selector_all(
        "input, select, button", "all => all.map((each) => [each.offsetHeight, each.getBoundingClientRect().bottom])"
    )
    assert len(places) == 4 and all(place == places[0] for place in places)
