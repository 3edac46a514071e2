"""A row holds question, title and snippets, and tells where each snippet stands."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.answerability.encoding import BEFORE_TOKENS, ROW_TOKENS, Piece, QuestionToRead, RowEncoder
from store.embeddings.tokenizer import Tokenizer, tokenizer_of
from store.embeddings.weights import FILE, Weights, read_weights


@cache
def weights() -> Weights:
    """Those of the model: a second to read, which all processes of a run would take to find the tests."""
    return read_weights(FILE)


@cache
def tokenizer() -> Tokenizer:
    return tokenizer_of(weights().vocabulary)


@cache
def encoder() -> RowEncoder:
    return RowEncoder(weights().vocabulary, tokenizer())


def test_each_snippet_stands_whole_in_its_span_and_its_heading_outside_of_all() -> None:
    pieces = [Piece("三个工作日。", "多久？"), Piece("不收费。", "多久？"), Piece("Ten days.", "Fees")]
    row = encoder().row(QuestionToRead("备案多久"), "备案指南", pieces)
    for piece, span in zip(pieces, row.spans, strict=True):
        assert span is not None
        assert list(row.tokens[slice(*span)]) == tokenizer().ids(piece.text)
    heading = tokenizer().ids("多久？")
    text = list(row.tokens)
    assert sum(text[at : at + len(heading)] == heading for at in range(len(text))) == 1, "a heading is read once"


def test_the_question_comes_first_and_the_passage_second() -> None:
    row = encoder().row(QuestionToRead("备案多久"), "备案指南", [Piece("三天。")])
    question = tokenizer().ids("备案多久")
    assert list(row.tokens[1 : 1 + len(question)]) == question
    assert row.second == len(question) + 3
    assert row.tokens[0] == weights().vocabulary.begin and row.tokens[-1] == weights().vocabulary.end


def test_what_was_asked_before_stands_before_the_question_and_a_long_conversation_is_cut_at_its_beginning() -> None:
    row = encoder().row(QuestionToRead("要多久", "先做什么" * 100 + "对外投资怎么备案"), "备案指南", [Piece("三天。")])
    before, question = tokenizer().ids("先做什么" * 100 + "对外投资怎么备案"), tokenizer().ids("要多久")
    end = weights().vocabulary.end
    assert list(row.tokens[1 : row.second]) == [*before[-BEFORE_TOKENS:], end, *question, end, end]


@pytest.mark.parametrize("text", ["很长的一句话" * 200, ""])
def test_what_does_not_fit_has_no_span_and_the_first_snippet_is_cut(text: str) -> None:
    row = encoder().row(QuestionToRead("问题"), "", [Piece(text), Piece("短句。"), Piece(text)])
    assert len(row.tokens) <= ROW_TOKENS
    assert (row.spans[0] is not None) == bool(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80), st.lists(st.builds(Piece, st.text(), st.text()), max_size=12))
def test_any_row_is_short_enough_and_its_spans_follow_each_other(
    question: str, title: str, pieces: list[Piece]
) -> None:
    row = encoder().row(QuestionToRead(question), title, pieces)
    assert len(row.tokens) <= ROW_TOKENS
    assert len(row.spans) == len(pieces)
    ends = [row.second, *(place for span in row.spans if span for place in span), len(row.tokens) - 1]
    assert ends == sorted(ends)
