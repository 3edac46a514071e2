"""A further question stands at the top of the view, however short its answer is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.scripted import Visitor, answered, arrived

pytestmark = pytest.mark.browser
NEAR_THE_TOP = 80


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_second_question_comes_to_the_top(visitor: Visitor, address: str, width: int, height: int) -> None:
    page = answered(arrived(visitor(width=width, height=height), address))
    answered(page, "那增值税呢？")
    page.wait_for_function(
        f"document.querySelector('#current .asked').getBoundingClientRect().top < {NEAR_THE_TOP}", timeout=10_000
    )
    assert page.locator("#current .asked").evaluate("each => each.getBoundingClientRect().top") >= 0
    asked = page.locator("#current .asked")
    style = asked.evaluate("each => { each.focus(); const {outlineStyle, boxShadow} = getComputedStyle(each);"
                           " return [outlineStyle, boxShadow]; }")  # fmt: skip
    expect(asked).to_be_focused()
    assert style == ["none", "none"], "the question is no field to type in"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_page_stays_where_it_is_while_a_question_is_typed(
    visitor: Visitor, address: str, width: int, height: int
) -> None:
    page = arrived(visitor(width=width, height=height), address)
    assert page.evaluate("document.documentElement.scrollHeight") > height, "else nothing could scroll"
    type_by_hand(page)
    assert page.evaluate("scrollY") == 0
    page.locator("#question textarea").fill("")
    answered(page)
    page.wait_for_timeout(1000)  # the question has come to the top
    page.add_style_tag(
        content="#room { padding-block-end: 300px !important; }"
    )  # now it can scroll, as after a long answer
    before = page.evaluate("scrollY")
    type_by_hand(page)
    assert page.evaluate("scrollY") == before, "the answer being read stays in view"


def type_by_hand(page: Page) -> None:
    """Clicks into the question field and types, without Playwright's own scrolling."""
    box = page.locator("#question textarea").bounding_box()
    assert box
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    page.keyboard.type("abcdefgh")
    for key in ("ArrowLeft", "Backspace", "End"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
