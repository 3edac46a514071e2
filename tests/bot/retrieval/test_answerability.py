"""What speaks for an answer, and how many lines are read for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.answerability import READ_ROOM, UNITS_READ, until_long
from bot.retrieval.snippets import width

TEXTS = st.lists(st.text("备案abc ", min_size=1, max_size=600), max_size=6)


@given(TEXTS)
def test_two_lines_are_read_however_long_and_more_only_where_all_are_short(texts: list[str]) -> None:
    read = until_long(texts)
    assert read == texts[: len(read)]
    assert len(read) >= min(UNITS_READ, len(texts))
    assert len(read) <= UNITS_READ or sum(map(width, read)) <= READ_ROOM


def test_short_lines_are_all_read() -> None:
    assert until_long(["备案需要7个工作日。"] * 4) == ["备案需要7个工作日。"] * 4
