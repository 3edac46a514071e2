"""On a phone nothing of the header is cut, and a wide table shows that it can be moved: tried on the style alone."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.support.scripted import Visitor
from text.catalog import SERVICE_LANGUAGES
from web.i18n import direction, texts
from web.rendering import render

pytestmark = pytest.mark.browser

TABLE = f"<table><tr>{'<td>A cell with some words</td>' * 8}</tr></table>"


def test_the_title_stays_whole_during_a_conversation_in_every_language(visitor: Visitor) -> None:
    languages = [(code, texts(code)["page.language"]) for code in SERVICE_LANGUAGES]
    heads = [
        render("masthead", language=code, texts=texts(code), conversing=True, languages=languages)
        for code in SERVICE_LANGUAGES
    ]
    tables = [f'<div class="words" dir="{direction(code)}">{TABLE}</div>' for code in ("en", "ar")]
    page = visitor(width=390).new_page()
    style = (ROOT / "web/chat/static/style.css").read_text(encoding="utf-8")
    page.set_content(f'<style>{style}</style><body class="gradio-container">{"".join([*heads, *tables])}')
    cut = "all => all.filter(each => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 2)"
    assert page.eval_on_selector_all(".masthead strong", f"all => ({cut})(all).map(each => each.innerText)") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shadows = "all => all.map(each => getComputedStyle(each).backgroundAttachment)"
    assert page.eval_on_selector_all(".words table", shadows) == ["local, local, scroll, scroll, scroll"] * 2
