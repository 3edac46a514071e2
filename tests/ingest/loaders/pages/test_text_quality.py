"""What tells a rightly decoded page from a garbled one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.pages.text_quality import agreement, is_plausible, measure_garbled, weight


@pytest.mark.parametrize("text", ["第一条 为了规范", "Статья 1", "المادة 1", "제1조", "Article 1 – “général”", ""])
def test_text_in_any_script_is_not_garbled(text: str) -> None:
    assert measure_garbled(text) == 0


@pytest.mark.parametrize(
    "text", ["\ufffd\ufffd", "\x13\x0e\x0f", "\ue000\uf8ff", "⼈⺠", "/g437/g258", "(cid:12) (cid:7)"]
)
def test_what_no_writer_typed_is_garbled(text: str) -> None:
    assert measure_garbled(text) == 1


def test_the_garbled_share_counts_no_spaces() -> None:
    assert measure_garbled("ab \n\ufffd\ufffd") == 0.5


def test_order_and_spacing_make_no_disagreement() -> None:
    assert agreement("境外 投资\nabc", "abc境外投资") == 1


def test_wrongly_mapped_characters_disagree_with_the_other_reading() -> None:
    assert agreement("콘텐츠산업", "境外投资备") == 0
    assert not is_plausible("Ä¿Â¼¹ØÓÚ", "目录关于")


def test_far_fewer_or_far_more_characters_are_implausible() -> None:
    assert not is_plausible("境外", "境外投资备案")
    assert not is_plausible("境境境外外外", "境外")


def test_an_ideograph_weighs_as_much_as_two_letters() -> None:
    assert weight("境外 ab") == 3


@given(st.text(), st.text())
def test_shares_lie_between_nothing_and_all(text: str, other: str) -> None:
    assert 0 <= measure_garbled(text) <= 1
    assert 0 <= agreement(text, other) == agreement(other, text) <= 1
