"""A line is added to an answer if it likely answers something asked that the quotes leave open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.query.query import Query
from bot.retrieval.additions import (
    AT_BEST_MISSING,
    LIKELY,
    MOST_SHARED,
    WEIGHTS,
    Quoted,
    Reader,
    addition_features,
    addition_odds,
    by_segment,
    find_additions,
    segments_of,
    share_in,
    weigh_additions,
)
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import BundledModel
from store.documents import Passage
from store.embeddings import Embedder
from store.embeddings.late_interaction import LateInteraction
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import guide_line, query_close_to

CUBA = "A joint venture in Cuba pays no profit tax for 8 years, then 15 %."
DOLLARS = "Business with Cuba must not depend on dollars: agree on another currency."
AGAIN = "In Cuba a joint venture pays 15 % profit tax after 8 years."
TEXT = f"{CUBA}\n{DOLLARS}\n{AGAIN}"
WORDS = np.array([0.5, 0.5], np.float32)


def snippet(line: str) -> Snippet:
    return Snippet(0, TEXT.index(line), TEXT.index(line) + len(line), line, "sentence")


def matched(by_word: dict[str, list[float]]) -> Passage:
    """A passage whose lines match the two words of a question as far as `by_word` says."""
    passage = passage_of(TEXT)
    ends = np.array([TEXT.index(line) + len(line) for line in by_word], np.uint32)
    above = 0
    cosines = np.array(list(by_word.values()), np.float32).T
    return replace(passage, agreement=LateInteraction(cosines, WORDS, ends + above))


def features(line: str, question: Query, passage: Passage) -> dict[str, float]:
    quoted = Quoted(CUBA, passage.source, question.closeness([]), (), np.array([0.9, 0.1], np.float32), WORDS)
    return addition_features(snippet(line), question, quoted, [passage])


@pytest.mark.parametrize("name", ["gap", "same document", "unmatched", "segment gap", "missing"])
def test_what_speaks_for_a_line_raises_its_odds(name: str) -> None:
    usual = dict.fromkeys(WEIGHTS, 0.0) | {"constant": 1.0}
    assert addition_odds(usual) < LIKELY
    assert addition_odds(usual | {name: 0.1}) > addition_odds(usual) > addition_odds(usual | {"share": 0.9})


def test_words_that_the_quotes_do_not_match_speak_for_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retrieval.additions.span_when_embedded", lambda _, each: (each.start, each.end))
    passage = matched({CUBA: [0.9, 0.1], DOLLARS: [0.2, 0.7], AGAIN: [0.8, 0.1]})
    question = query_close_to({DOLLARS: 0.8, AGAIN: 0.8})
    assert features(DOLLARS, question, passage)["unmatched"] == pytest.approx(0.3)
    assert features(AGAIN, question, passage)["unmatched"] == 0.0
    assert features(DOLLARS, question, replace(passage, agreement=None))["unmatched"] == 0.0


def test_a_line_that_says_the_quotes_again_shares_their_words() -> None:
    assert share_in(CUBA, CUBA) == 1.0
    assert share_in(CUBA, DOLLARS) < MOST_SHARED <= share_in(CUBA, AGAIN)
    assert share_in("境外投资备案要7个工作日。", "境外投资备案。") == 1.0


RESIGNS = guide_line("inbound/company-setup", "公司法定代表人辞任的")
PROBATION = guide_line("inbound/employment-and-social-insurance", "试用期按劳动合同期限")
BOTH = QuestionToRead("试用期最长几个月，法定代表人辞职后几天内要换人")


def test_quotes_go_to_the_clauses_that_they_answer(remembering_embedder: Embedder) -> None:
    first, second = (Snippet(0, at, at + 1, line, "sentence") for at, line in enumerate((PROBATION, RESIGNS)))
    reader = Reader([passage_of("")], None, remembering_embedder)  # type: ignore[arg-type]
    assert by_segment(BOTH, [second, first], reader) == [[first], [second]]
    assert by_segment(BOTH, [first], reader) == [[first], []]
    assert by_segment(QuestionToRead("试用期最长几个月"), [first], reader) == []


CLAUSES = f"{PROBATION}\n{RESIGNS}\n{DOLLARS}"
FIRST, SECOND, IDLE = (
    Snippet(0, CLAUSES.index(line), CLAUSES.index(line) + len(line), line, "sentence")
    for line in (PROBATION, RESIGNS, DOLLARS)
)


@pytest.fixture
def reader(remembering_embedder: Embedder) -> Reader:
    """Reads the lines for both clauses and an idle one."""
    return Reader([passage_of(CLAUSES)], BundledModel(), remembering_embedder)


def test_what_answers_the_other_clause_is_added_and_what_answers_neither_is_not(reader: Reader) -> None:
    question = query_close_to({PROBATION: 0.85, RESIGNS: 0.85, DOLLARS: 0.5}, BOTH.text, "zh")
    assert find_additions(BOTH, question, [FIRST], [IDLE, SECOND], reader) == [SECOND]
    assert find_additions(QuestionToRead("试用期最长几个月"), question, [FIRST], [IDLE], reader) == []


def test_only_what_may_be_likely_is_read_again_beside_the_quotes(reader: Reader) -> None:
    question = query_close_to({PROBATION: 0.85, RESIGNS: 0.85, DOLLARS: 0.2}, BOTH.text, "zh")
    ((read_again, weighed),) = weigh_additions(BOTH, question, [FIRST], [IDLE, SECOND], reader)
    assert read_again == SECOND and weighed["missing"] < AT_BEST_MISSING


@pytest.mark.parametrize(
    ("question", "segments"),
    [
        ("试用期最长几个月，法定代表人辞职后几天内要换人", ["试用期最长几个月", "法定代表人辞职后几天内要换人"]),
        ("钱塘GDP多少 住了多少人", ["钱塘GDP多少", "住了多少人"]),
        ("сколько стоит аренда какие налоги платим", ["сколько стоит аренда", "какие налоги платим"]),
        ("how long does it take", []),
    ],
)
def test_a_question_has_a_segment_for_each_clause_or_each_word_that_asks(question: str, segments: list[str]) -> None:
    assert [each.text for each in segments_of(QuestionToRead(question))] == segments
