"""Markers that a model wrote are resolved, and its figures and addresses are looked up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.grounding import Checked, check, find_unsupported_figures, resolve_markers
from text.citations import find_cited_numbers, renumber
from text.numbers import figures


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
    assert all(1 <= number <= count for number in find_cited_numbers(resolve_markers(brackets, count)))


def test_citations_are_numbered_in_order_of_use() -> None:
    assert find_cited_numbers("B [3]. A [1]. B [3].") == [3, 1]
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
    assert find_unsupported_figures("The rate is 25% [1]. The fee is 1万 [2].", passages) == []
    assert find_unsupported_figures("The rate is 26% [1].", passages) == ["26"]
    assert find_unsupported_figures("The rate is 25% [2].", passages) == ["25"]
    assert find_unsupported_figures("The fee is 10,000.", passages) == []


def test_the_numbers_of_a_list_and_of_markers_are_no_figures() -> None:
    assert find_unsupported_figures("1. Fill in the form [1].\n2. Pay [1].", ["Fill in the form and pay."]) == []


SOURCES = [
    "The filing takes 7 working days. Ask at https://example.org/filing.",
    "注册资本最低为3亿元，三个工作日内办结，税率为百分之五。",
]
QUESTION = "How long does the filing take?"


def first(_: str, numbers: Sequence[int], speaks: bool) -> int | None:
    return numbers[0] if numbers else None


def checked(text: str) -> Checked:
    return check(text, SOURCES, QUESTION, first, lambda _, __: True)


@pytest.mark.parametrize(
    "text",
    [
        "It takes 7 working days [1].",
        "It takes seven working days [1].",
        "The capital is at least 300 million yuan [2], and it is done in 3 working days [2].",
        "办理需要3个工作日，税率为5%[2]。",
        "O prazo é de três dias úteis [2].",
        "Ask at https://example.org/filing [1].",
        "What it takes:\n\n- 7 working days [1]\n- 300 million yuan [2]",
        "| what | how long |\n| --- | --- |\n| filing [1] | 7 days [1] |",
    ],
)
def test_what_the_cited_source_holds_stays_in_every_spelling(text: str) -> None:
    assert checked(text) == Checked(text, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes 15 working days [1].",
        "It takes fifteen working days and 8 hours [1].",
        "办理需要四个工作日[2]。",
        "税率为百分之六[2]。",
        "O prazo é de nove dias úteis [2].",
        "Pay at https://example.com/pay [1].",
        "Write to fees@example.com [1].",
    ],
)
def test_a_sentence_with_a_figure_or_an_address_of_nobody_is_left_out(sentence: str) -> None:
    assert checked(f"It takes 7 working days [1].\n{sentence}") == Checked("It takes 7 working days [1].", 1)


def test_a_sentence_without_a_marker_gets_that_of_the_source_that_holds_its_figures() -> None:
    assert checked("It takes 7 working days. 税率为5%。").text == "It takes 7 working days. [1] 税率为5%。[2]"


def test_a_wrong_marker_is_put_right() -> None:
    assert checked("It takes 7 working days [2].").text == "It takes 7 working days. [1]"


def test_a_marker_in_front_goes_to_the_end() -> None:
    assert checked("- [1] It takes 7 working days.\n- [2] 税率为5%。").text == (
        "- It takes 7 working days. [1]\n- 税率为5%。 [2]"
    )


def test_a_row_of_a_table_is_checked_as_one() -> None:
    assert checked("| filing | 7 working days |").text == "| filing | 7 working days [1] |"


def test_what_only_repeats_the_question_is_left_out() -> None:
    assert checked("How long does the filing take? [1]") == Checked("", 1)


def test_an_introduction_with_nothing_below_it_is_left_out() -> None:
    assert checked("It takes 7 working days [1].\n\n### Fees\n\nThe fees are:\n\n- 99 yuan [1]").text == (
        "It takes 7 working days [1]."
    )


@given(
    st.lists(
        st.sampled_from(
            ["It takes 7 days [1]. ", "1. 税率为5%。", "9 [3]\n", "| a | 8 |\n", "- x:\n", "# y\n", "。[2]"]
        )
    )
)
def test_no_figure_that_no_source_holds_survives(pieces: list[str]) -> None:
    assert find_unsupported_figures(checked("".join(pieces)).text, SOURCES) == []
