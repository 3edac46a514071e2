"""A line with exemplars is judged by them, a line without any as one of its document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.retrieval.answerability import (
    WEIGHTS,
    WEIGHTS_UNREAD,
    exemplar_features,
    is_of_china_alone,
    is_of_the_year,
    rivals,
    weights_for,
)
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import UNANSWERED, query_close_to

DAYS, TABLE = "It takes 7 working days.", "| Fee | none |"


def features(line: str) -> dict[str, float]:
    return exemplar_features(
        query_close_to({DAYS: 0.75, TABLE: None}), Snippet(0, 0, len(line), line, "sentence"), "a.en.md"
    )


def test_a_line_with_exemplars_is_judged_by_them_and_by_the_closest_question_without_an_answer() -> None:
    known = features(DAYS)
    assert {name: round(value, 2) for name, value in known.items()} == {
        "exemplar": 0.75,
        "unanswered": UNANSWERED,
        "share": 0.0,
    }
    assert weights_for(known, "guide", is_read=True) is WEIGHTS["exemplars"]
    assert weights_for(known, "guide", is_read=False) is WEIGHTS_UNREAD


def test_a_line_that_answers_no_exemplar_or_is_not_known_is_judged_by_its_document() -> None:
    for line in (TABLE, "A line of a new notice."):
        assert features(line) == {}
        assert weights_for(features(line), "guide", is_read=True) is WEIGHTS["guide"]
        assert weights_for(features(line), "document", is_read=True) is WEIGHTS["document"]


@pytest.mark.parametrize(
    ("question", "is_answered"),
    [
        ("VAT rate in 2027?", False),
        ("What did it cost in 2026?", True),
        ("May we pay in the capital by 2045?", True),
        ("Is it true that the licence of 2019 ends in 2027?", True),
    ],
)
def test_a_year_soon_to_come_asks_what_will_apply_and_a_later_one_is_a_deadline(
    question: str, is_answered: bool
) -> None:
    snippet = Snippet(0, 0, len(DAYS), DAYS, "sentence")
    assert is_of_the_year(query_close_to({}, question), passage_of(DAYS), snippet, date(2026, 6, 1)) is is_answered


@pytest.mark.parametrize(
    ("line", "is_answered"),
    [
        ("Brazilians need no visa until 31 December 2026.", True),
        ("Cidadãos brasileiros entram sem visto até 31 de dezembro de 2026.", True),
        ("Граждане Бразилии въезжают без визы по 31 декабря 2026 года.", True),
        ("巴西公民免签至2026年12月31日。", True),
        ("The VAT rate is 22% since 1 January 2026.", False),
        ("到钱塘投资的，2026年起按22%缴税。", False),
        ("The VAT rate applicable to companies since 1 January 2026 is 22%.", False),
        ("Пошлина до 30% введена с 2026 года.", False),
        ("A alíquota sobe até 22% em 2026.", False),
        ("自收到2026年通知书之日起缴纳。", False),
        ("The old rate applied until 31 December 2024.", False),
    ],
)
def test_a_line_that_says_until_which_year_it_holds_answers_for_the_next(line: str, is_answered: bool) -> None:
    snippet = Snippet(0, 0, len(line), line, "sentence")
    asked = query_close_to({}, "What holds in February 2027?")
    assert is_of_the_year(asked, passage_of(line), snippet, date(2026, 6, 1)) is is_answered


@pytest.mark.parametrize(
    ("countries", "home", "is_alone"), [(("DE",), False, True), (("DE",), True, False), ((), False, False)]
)
def test_exemplars_do_not_speak_for_a_guide_on_china_where_a_country_without_a_guide_is_named(
    countries: tuple[str, ...], home: bool, is_alone: bool
) -> None:
    passage = passage_of(DAYS)
    passage = replace(passage, metadata=replace(passage.metadata, audience="inbound"))
    question = replace(query_close_to({DAYS: 0.9}), countries=countries, home=home)
    assert is_of_china_alone(question, [passage], passage) is is_alone


@pytest.mark.parametrize(("text", "others"), [("What are the steps?", 1), ("How long does it take?", 3)])
def test_the_other_items_of_a_list_are_no_rivals_if_steps_are_asked_for(text: str, others: int) -> None:
    items = [Snippet(0, at, at + 1, f"Step {at}", "item", "Steps") for at in range(3)]
    ranked = [RankedSnippet(each, 1.0, 1.0) for each in (*items, Snippet(1, 0, 1, "7 days.", "sentence"))]
    assert len(rivals(query_close_to({}, text), ranked)) == others
