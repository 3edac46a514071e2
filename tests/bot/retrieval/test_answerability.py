"""A line with exemplars is judged by them, a line without any as one of its document."""

from __future__ import annotations

from dataclasses import replace

from bot.retrieval.answerability import (
    WEIGHTS,
    WEIGHTS_UNREAD,
    deciding_rule,
    exemplar_features,
    weights_for,
)
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from store.documents import Metadata
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import UNANSWERED, query_close_to

DAYS, TABLE = "It takes 7 working days.", "| Fee | none |"


def features(line: str, close: float = 0.75) -> dict[str, float]:
    question = query_close_to({DAYS: close, TABLE: None})
    found = exemplar_features(question, Snippet(0, 0, len(line), line, "sentence"))
    return {name: round(value, 2) for name, value in found.items()}


def test_a_line_with_exemplars_is_judged_by_its_share_of_the_nearest_ones() -> None:
    known = features(DAYS)
    assert known == {"exemplar": 0.75, "answered": 1.0, "unanswered": 0.0}
    assert features(DAYS, close=UNANSWERED) == {"exemplar": UNANSWERED, "answered": 0.5, "unanswered": 0.5}
    assert weights_for(known, "guide", is_read=True) is WEIGHTS["exemplars"]
    assert weights_for(known, "guide", is_read=False) is WEIGHTS_UNREAD


def test_a_line_that_answers_no_exemplar_or_is_not_known_is_judged_by_its_document() -> None:
    for line in (TABLE, "A line of a new notice."):
        assert features(line) == {}
        assert weights_for(features(line), "guide", is_read=True) is WEIGHTS["guide"]
        assert weights_for(features(line), "document", is_read=True) is WEIGHTS["document"]


def test_a_page_that_lists_the_question_answers_it() -> None:
    question = replace(query_close_to({}), text="Do drones need an export licence?")
    best = RankedSnippet(Snippet(0, 0, len(DAYS), DAYS, "sentence"), 0.0, 0.0)
    page = replace(passage_of(DAYS), metadata=Metadata(title="Drones", also_asked=(question.text,)))
    assert deciding_rule(question, [page], [best]) == "held"
    assert deciding_rule(question, [passage_of(DAYS)], [best]) == ""
