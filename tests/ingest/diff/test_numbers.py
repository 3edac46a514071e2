"""No number changes unnoticed, however it is written; what changed can be kept and read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ingest.diff.excerpts import LONGEST, excerpts
from ingest.diff.numbers import find_changed_numbers
from records.column_types import LONGEST_DETAIL


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("费用8600元。", "费用8800元。", ("8600元", "8800元")),
        ("保证金三十日内缴纳。", "保证金二十日内缴纳。", ("三十日", "二十日")),
        ("江商〔2025〕12号", "江商〔2025〕13号", ("12", "13")),
        ("依照第三条办理", "依照第五条办理", ("第三条", "第五条")),
        ("自2025年3月1日起施行", "自2025年3月10日起施行", ("2025年3月1日", "2025年3月10日")),
        ("税率为5%", "税率为5‰", ("5%", "5‰")),
        ("税率为百分之五", "税率为百分之六", ("百分之五", "百分之六")),
        ("注册资本8600万元", "注册资本8600元", ("8600万元", "8600元")),
        ("最高100万美元", "最高100万欧元", ("100万美元", "100万欧元")),
        ("壹佰万元", "贰佰万元", ("壹", "贰")),
        ("股东三名", "股东五名", ("三", "五")),
        ("12 5元", "125元", ("12、5元", "125元")),
        ("① 甲", "② 甲", ("①", "②")),
        ("8,600 yuan", "8.600 yuan", ("8,600 yuan", "8.600 yuan")),
        ("due in May 2026", "due in March 2026", ("May", "March")),
        ("within three working days", "within five working days", ("three", "five")),
        ("срок два дня", "срок три дня", ("два", "три")),
        ("费用\n\n300元", "费用", ("300元", "")),
        ("| 费 | 8600 |\n| 税 | 3 |", "| 费 | 8800 |\n| 税 | 3 |", ("8600", "8800")),
        ("甲" * 900 + "8600元" + "乙" * 900, "甲" * 900 + "8800元" + "乙" * 900, ("8600元", "8800元")),
    ],
)
def test_a_number_that_changes_is_told_as_it_was_and_as_it_is(before: str, after: str, change: tuple[str, str]) -> None:
    assert [(each.before, each.after) for each in find_changed_numbers(before, after)] == [change]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("misread wrod 8600", "misread word 8600"),
        ("一般规定", "普通规定"),
        ("甲 8600元。\n乙", "甲 8600元。\n\n乙"),
    ],
)
def test_what_changes_no_number_is_not_asked_about(before: str, after: str) -> None:
    assert find_changed_numbers(before, after) == ()


@tried(deadline=None)
@given(st.lists(st.sampled_from(["费用", "8600", "元", "。", " ", "\n", "第三条", "12.5%"]), max_size=30), st.data())
def test_a_digit_that_is_typed_otherwise_is_always_noticed(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return
    at = data.draw(st.sampled_from(digits))
    assert find_changed_numbers(text, f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}")


def test_of_a_long_page_what_stands_around_the_changes_is_kept() -> None:
    page = "\n\n".join(f"第{number}段。" + "甲乙丙丁" * 150 + "费用8600元，" + "戊己庚辛" * 150 for number in range(40))
    before, after = excerpts(page, page.replace("8600", "8800", 1))
    assert "费用8600元，" in before and "费用8800元，" in after
    assert len(before) < 200 and before.count("\n") == 0


def test_a_short_page_is_kept_paragraph_by_paragraph() -> None:
    assert excerpts("甲\n\n费用8600元。\n\n乙", "甲\n\n费用8800元。\n\n乙") == ("费用8600元。", "费用8800元。")
    assert excerpts("one two", "one\ttwo") == ("one two", "one\ttwo")


@pytest.mark.parametrize("number", ["1234567.89", "2025年11月26日"])
def test_what_is_too_long_for_the_log_is_not_cut_within_a_number(number: str) -> None:
    assert LONGEST + 100 < LONGEST_DETAIL
    for shift in range(len(number) + 1):
        before, after = excerpts("x" * shift + f" {number}" * 3000, "nothing")
        assert len(before) <= LONGEST + 1 and before.endswith("…") and after == "nothing"
        assert before.removesuffix("…").rstrip().endswith((number, "x"))
