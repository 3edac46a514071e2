"""Markers that a model wrote are resolved, and its figures are looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking import cited, figures, renumber, resolve_markers, unsupported_figures


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("税率是25%【1】。", "税率是25%[1]。"),
        ("税率是25%［2］。", "税率是25%[2]。"),
        ("It is 25% [1][2].", "It is 25% [1][2]."),
        ("It is 25% [1, 2].", "It is 25% [1][2]."),
        ("税率【1、2】。", "税率[1][2]。"),
        ("It is 25% (1).", "It is 25% [1]."),
        ("税率是25（2）。", "税率是25[2]。"),
        ("First (1)\nSecond (2)", "First [1]\nSecond [2]"),
        ("It is 25% [2, 2].", "It is 25% [2]."),
    ],
)
def test_markers_are_understood_in_every_spelling(written: str, shown: str) -> None:
    assert resolve_markers(written, 2) == shown


def test_markers_that_point_at_nothing_are_dropped() -> None:
    assert resolve_markers("A [9]. B [1, 7]. C [0].", 2) == "A . B [1]. C ."


@pytest.mark.parametrize(
    "text",
    ["step (3) comes first", "under Article 5(1).", "(1) the form and (2) the fee", "（3）材料齐全", "in [2026]"],
)
def test_brackets_that_belong_to_the_text_stay(text: str) -> None:
    assert resolve_markers(text, 3) == text


@given(st.text("12[]()【】（）, .。a中", max_size=40), st.integers(0, 3))
def test_no_marker_ever_points_beyond_the_passages(text: str, count: int) -> None:
    brackets = resolve_markers(text, count)
    assert all(1 <= number <= count for number in cited(resolve_markers(brackets, count)))


def test_citations_are_numbered_in_order_of_use() -> None:
    assert cited("B [3]. A [1]. B [3].") == [3, 1]
    assert renumber("B [3]. A [1].", {3: 1, 1: 2}) == "B [1]. A [2]."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10,000", "1万"),
        ("10 000 рублей", "10000"),
        ("10\u00a0000 рублей", "10,000"),
        ("3亿", "300 million"),
        ("25亿印尼盾", "IDR 2.5 billion"),
        ("1.4万亿元", "1.4 trillion"),
        ("2千万", "20 million"),
        ("3,5 milhões", "3.5 million"),
        ("R$ 1.000.000,50", "1,000,000.50"),
        ("14,5 млрд", "14.5bn"),
        ("5 тыс.", "5,000"),
        ("7.0", "7"),
        ("３．５％", "3.5%"),
    ],
)
def test_a_figure_is_the_same_in_every_spelling(one: str, other: str) -> None:
    assert figures(one) == figures(other)


def test_dates_and_neighbouring_numbers_stay_apart() -> None:
    assert figures("2025年1月1日") == ["2025", "1", "1"]
    assert figures("in 2026 150 days") == ["2026", "150"]


def test_a_figure_that_no_cited_passage_holds_is_found() -> None:
    passages = ["The rate is 25%.", "The fee is 10,000 roubles."]
    assert unsupported_figures("The rate is 25% [1]. The fee is 1万 [2].", passages) == []
    assert unsupported_figures("The rate is 26% [1].", passages) == ["26"]
    assert unsupported_figures("The rate is 25% [2].", passages) == ["25"]
    assert unsupported_figures("The fee is 10,000.", passages) == []


def test_the_numbers_of_a_list_and_of_markers_are_no_figures() -> None:
    assert unsupported_figures("1. Fill in the form [1].\n2. Pay [1].", ["Fill in the form and pay."]) == []
