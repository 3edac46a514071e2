"""A further question stands at the top of the view, however short its answer is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

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
