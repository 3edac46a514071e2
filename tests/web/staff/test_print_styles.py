"""A list prints whole, without what only a screen can use: tried on the style alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT
from tests.support.scripted import Visitor

pytestmark = pytest.mark.browser

PAGE = """<main><form class="bar"><input name="text"></form>
<form id="bulk"><div class="row bulk"><button>Edit</button></div>
<table class="list"><tr><td><input type="checkbox" class="pick"> Rules</td></tr></table></form>
<p><a class="button">Try it</a></p><form id="other"><button>Send</button></form></main>"""


def test_a_list_to_choose_from_is_printed_and_its_buttons_are_not(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.set_content(f"<style>{(ROOT / 'web/staff/static/staff.css').read_text(encoding='utf-8')}</style>{PAGE}")
    page.emulate_media(media="print")
    expect(page.locator("table")).to_be_visible()
    for hidden in (".bar", ".bulk", ".pick", ".button", "#other"):
        expect(page.locator(hidden)).to_be_hidden()
