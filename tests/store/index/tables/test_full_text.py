"""What is written in several ways is one term, in texts and in questions."""

from __future__ import annotations

import pytest

from store.index.tables.full_text import query_terms, term_spans, terms


@pytest.mark.parametrize("question", ["8471.30", "847130", "8471.30.00", "84713000", "8471.30.00.10", "8471300010"])
def test_a_customs_code_is_found_with_and_without_dots_and_by_its_beginning(question: str) -> None:
    assert set(query_terms(question)) & set(terms("| 8471.30.00.10 | portable computers |"))


def test_the_codes_beside_it_are_other_terms() -> None:
    assert not set(query_terms("8471.41")) & set(terms("| 8471.30.00 |"))


def test_an_amount_with_a_point_is_no_code() -> None:
    assert terms("1.5 12.50 1234.5") == ["1.5", "12.50", "1234.5"]


@pytest.mark.parametrize(
    ("one", "other"), [("国家发展和改革委员会", "发改委"), ("11号令", "令第11号"), ("ＮＤＲＣ", "ndrc")]
)
def test_spellings_of_one_name_agree(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_the_words_of_asking_are_no_terms() -> None:
    assert query_terms("What is the profit tax in Russia?") == query_terms("profit tax Russia")


def test_terms_are_found_where_they_stand() -> None:
    text = "俄罗斯利润税 is the profits tax."
    held = frozenset(query_terms("利润税 profit tax"))
    assert [text[start:end] for start, end in term_spans(text, held)] == ["利润税", "profits", "tax"]
    assert term_spans(text, frozenset()) == []
