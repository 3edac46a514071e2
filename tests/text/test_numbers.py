"""Figures are the same in every language and spelling; a translation with others is found out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.numbers import differing, figures, in_ideographs, months


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026年5月1日", "2026-5-1"),
        ("从10月至12月", "from October to December"),
        ("2026年3月", "em março de 2026"),
        ("2026年3月", "en marzo de 2026"),
        ("9月1日", "к сентябрю, 1"),
        ("8月", "أغسطس"),
    ],
)
def test_months_are_numbers_in_every_language(one: str, other: str) -> None:
    assert set(figures(one)) == set(figures(other))


def test_may_and_march_are_months_only_beside_a_number() -> None:
    assert figures("You may apply. March on! May I ask?") == []
    assert figures("from 5 May 2026, March 2027, and May to June") == ["5", "5", "2026", "3", "2027", "5", "6"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("备案7个工作日，3亿美元", "7 working days, US$300 million"),
        ("需要两份材料、三年有效", "2 documents, valid for 3 years"),
        ("第三十七条", "Article 37"),
        ("三年，3亿美元，30亿美元", "tres años, 300 millones de dólares, 3 mil millones de dólares"),
        ("第14,286/2021号法律", "Lei nº 14.286/2021"),
        ("税率为0.9%", "0,9 %"),
        ("1234.5 yuan", "1 234,5 yuan"),
        ("1234.5 yuan", "1\u00a0234,5 yuan"),
        ("1234.5 francs", "1'234.5 francs"),
        ("10.5%", "١٠٫٥٪"),
        ("1. 10.1平方公里", "1) 10.1 square kilometres"),
        ("1. 申请\n2. 缴费", "1) Apply\n2) Pay"),
        ("《M/19，2024年》", "M/19, 2024"),
        ("0.025%", "0,025%"),
    ],
)
def test_the_same_figures_do_not_differ(one: str, other: str) -> None:
    assert differing(one, other) == []
    assert differing(other, one) == []


@given(st.lists(st.integers(13, 10**9), min_size=1, max_size=5, unique=True), st.integers(13, 10**9))
def test_a_figure_that_only_one_text_has_is_found(numbers: list[int], other: int) -> None:
    text = "；".join(f"{number}元" for number in numbers)
    assert differing(text, text) == []
    changed = text.replace(f"{numbers[0]}元", f"{other}元", 1)
    assert (differing(text, changed) == []) == ({other, *numbers[1:]} == {*numbers})


def test_each_month_has_its_number_in_english() -> None:
    assert [months()[name] for name in ("january", "may", "december")] == [1, 5, 12]


def test_numbers_are_written_as_laws_write_them() -> None:
    assert [in_ideographs(number) for number in (5, 10, 15, 47, 107, 220)] == [
        "五", "十", "十五", "四十七", "一百零七", "二百二十",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["12.5¹ million", "12.5 million¹", "1250万¹²"])
def test_the_mark_of_a_note_is_no_digit_of_a_figure(text: str) -> None:
    assert figures(text) == ["12500000"]
