"""A further question stands at the top of the view, however short its answer is."""

from __future__ import annotations

import pytest

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
