"""No day that cannot be one of a document is ever taken, and the clerk learns of each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.metadata import read_metadata
from store.documents import LoadedText
from tests.text.test_dates import LAST, TODAY, arabic, doubts, notice, read
from text.date_bounds import EARLIEST, MOST_YEARS_AHEAD
from text.dates import years_later

WORDS = (
    *"本措施 本办法 自 起 施行 ， 。 有效期 至 到 为 年 月 日 曰 底 末 年底 试行 暂行 执行期限".split(),
    *"公布之日 日后 （ ） 个月 半 十 二〇 截止 废止 商务部 令 第 号 发布日期：".split(),
    *(
        "\n",
        "This Notice is valid until ",
        "end of ",
        "for ",
        " years",
        "December ",
        "до ",
        "Настоящий приказ действует ",
    ),
)
numbers = st.integers(0, 10**6).map(str)
scraps = st.lists(
    st.one_of(st.sampled_from(WORDS), st.integers(0, 10**6).map(str), st.dates().map(arabic)), max_size=40
)


@settings(deadline=None, max_examples=400)
@given(scraps, st.booleans())
def test_whatever_numbers_stand_there_no_day_outside_the_bounds_is_taken(parts: list[str], headed: bool) -> None:
    text = "".join(parts)
    metadata = read(notice(text) if headed else text)
    begins = metadata.effective_from or metadata.issued
    for day in (metadata.issued, metadata.effective_from, metadata.effective_to):
        assert day is None or EARLIEST <= day <= LAST
    if begins and metadata.effective_to:
        assert begins <= metadata.effective_to <= years_later(begins, MOST_YEARS_AHEAD)


@pytest.mark.parametrize(
    ("clause", "key", "why"),
    [
        ("本措施自2026年1月1日起施行，有效期至2126年12月31日。", "effective_to", "is more than 30 years away"),
        ("本措施自2026年1月1日起施行，有效期至2025年底。", "effective_to", "is before its start, 2026-01-01"),
        (
            "本措施自1990年1月1日起施行，有效期50年。",
            "effective_to",
            "is more than 30 years after its start, 1990-01-01",
        ),
        ("本措施自1926年1月1日起施行。", "effective_from", "is before 1949"),
        ("本措施自2026年1月1日起施行，有效期至2027年13月45日。", "effective_to", "it gives no date"),
        ("本措施自发布之日起施行，有效期5年。", "effective_to", "its start is not known"),
    ],
)
def test_a_day_that_is_not_taken_is_told_with_its_words_and_what_to_do(clause: str, key: str, why: str) -> None:
    text = notice(clause)
    assert getattr(read(text), key) is None
    (only,) = doubts(text)
    assert only.startswith(f"text: {key} was not taken from “") and why in only and f"write {key}" in only
    assert doubts(text, f"{key}: null") == ()


@pytest.mark.parametrize("day", ["2126-01-01", "1926-01-01", "0001-01-01", "9999-12-31"])
def test_a_written_day_outside_the_bounds_is_an_error_and_costs_no_other_key(day: str) -> None:
    metadata, found = read_metadata("a.pdf", "", f"title: A\neffective_to: {day}", LoadedText("text"), TODAY)
    assert (metadata.title, metadata.effective_to) == ("A", None)
    assert len(found) == 1 and str(found[0]).startswith("sidecar: effective_to is ") and day in str(found[0])


def test_old_laws_keep_their_days() -> None:
    text = (
        "户口登记条例\n（1958年1月9日全国人民代表大会常务委员会第九十一次会议通过 1958年1月9日公布 自公布之日起施行）"
    )
    metadata = read(f"{text}\n第一条 为了维持社会秩序，制定本条例。")
    assert (metadata.issued, metadata.effective_from) == (date(1958, 1, 9), date(1958, 1, 9))


def test_a_convention_that_is_only_named_gives_no_day() -> None:
    metadata = read(notice("按照1883年3月20日签订的《巴黎公约》保护商标。本措施自2026年3月1日起施行。"))
    assert (metadata.effective_from, metadata.issued) == (date(2026, 3, 1), None)


def test_so_many_days_after_publication_never_leave_the_calendar() -> None:
    text = notice("本措施自公布之日起9999日后施行。") + "\n商务部\n9999年12月31日"
    assert (read(text).issued, read(text).effective_from) == (None, None)
