"""The header stays in view, and a further question stands right below it, however short its answer is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.scripted import Visitor, answered, arrived

pytestmark = pytest.mark.browser
BELOW_THE_HEADER = """() => {
  const place = part => document.querySelector(part).getBoundingClientRect();
  const gap = place("#current .asked").top - place("#masthead").bottom;
  return gap >= 8 && gap <= 24;
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_second_question_comes_to_the_top(visitor: Visitor, address: str, width: int, height: int) -> None:
    page = answered(arrived(visitor(width=width, height=height), address))
    answered(page, "那增值税呢？")
    page.wait_for_function(BELOW_THE_HEADER, timeout=10_000)
    asked = page.locator("#current .asked")
    style = asked.evaluate("each => { each.focus(); const {outlineStyle, boxShadow} = getComputedStyle(each);"
                           " return [outlineStyle, boxShadow]; }")  # fmt: skip
    expect(asked).to_be_focused()
    assert style == ["none", "none"], "the question is no field to type in"


@pytest.mark.parametrize(
    ("locale", "width", "height"),
    [("zh-CN", 390, 844), ("ar-EG", 390, 844), ("en-GB", 195, 422), ("pt-BR", 640, 400), ("en-GB", 1280, 800)],
)
def test_language_and_new_conversation_are_at_hand_at_the_end_of_a_long_conversation_also_at_200_percent(
    visitor: Visitor, address: str, locale: str, width: int, height: int
) -> None:
    page = answered(arrived(visitor(locale, width=width, height=height), address))
    answered(page, "那增值税呢？")
    page.wait_for_function(BELOW_THE_HEADER, timeout=10_000)
    assert page.evaluate("scrollY") > 200, "far below the top"
    for part in (".new", ".tongue"):
        expect(page.locator(f"#masthead {part}")).to_be_in_viewport(ratio=1)
    assert page.locator("#masthead").evaluate("head => head.offsetHeight") <= height / 7
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("#past .asked .edit").focus()
    place, head = page.locator("#past .asked .edit").bounding_box(), page.locator("#masthead").bounding_box()
    assert place and head and place["y"] >= head["y"] + head["height"], "what has the focus is not below the header"
    before = page.evaluate("scrollTo(0, 150), scrollY")
    page.locator("#masthead .new").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("#masthead select")).to_be_focused()
    assert page.evaluate("scrollY") == before, "the answer being read stays in view"
    page.emulate_media(media="print")
    assert page.locator("#masthead").evaluate("head => getComputedStyle(head).position") == "static"


def test_in_a_very_low_window_the_header_makes_room_for_the_answer(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(width=320, height=256), address))
    answered(page, "那增值税呢？")
    expect(page.locator("#masthead")).not_to_be_in_viewport()
    expect(page.locator("#current .asked")).to_be_in_viewport()


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
