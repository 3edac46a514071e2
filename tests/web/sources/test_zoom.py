"""A page of a PDF can be enlarged and opened whole, without a script: none may run beside a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, expect

from evals.serving import serve
from tests.web.sources.test_viewer import rules, span, two_pages
from web.i18n import texts
from web.sources.viewer import Place, router

pytestmark = pytest.mark.browser


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """Address of the second page of a PDF, with a passage."""
    two_pages(tmp_path / "rules.pdf")
    app = FastAPI()
    app.include_router(router({"rules.pdf": rules()}.get, dict, tmp_path))
    with serve(app) as address:
        yield f"{address}{Place('rules.pdf', **span(rules(), 'within twenty days'), language='en').address(2)}"


def test_a_page_is_enlarged_and_opened_whole(visitor: Callable[..., BrowserContext], source: str) -> None:
    words, context = texts("en"), visitor(width=390, height=844)
    page = context.new_page()
    page.goto(source)
    drawn = page.locator("svg.page")
    before = drawn.bounding_box()
    page.get_by_label(words["preview.zoom"]).check()
    after = drawn.bounding_box()
    assert before and after and after["width"] >= 2 * before["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "the page scrolls in its frame"
    expect(page.locator("rect.mark")).to_have_count(1)
    with context.expect_page() as opened:
        page.get_by_role("link", name=words["preview.whole"]).click()
    assert opened.value.evaluate("document.images[0].naturalWidth") > 390
