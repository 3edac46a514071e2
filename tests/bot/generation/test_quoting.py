"""Answers without a model are quotes: those to several questions stand under each, and once if they are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer
from bot.generation.quoting import Quoter, under_questions
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.found_parts import Part
from ingest.watcher import WatchedLibrary

TAX, FILING = "俄罗斯的利润税是多少？", "境外投资备案要多久？"


@pytest.fixture
def quoter(library: WatchedLibrary) -> Quoter:
    return Quoter(library.index, ())


def part(bot: Bot, question: str, searched: str = "") -> Part:
    """A part of a message, with what is found for it, or for another question."""
    return Part(question, bot.retrieve(searched or question, "zh", date.today()))


def test_quotes_that_answer_two_questions_stand_once_below_both(bot: Bot, quoter: Quoter) -> None:
    parts = [part(bot, TAX), part(bot, "要交25%吗？", TAX), part(bot, FILING)]
    extracts = [quoter.extract(each.retrieval) for each in parts]
    assert extracts[0] == extracts[1] != extracts[2]
    assert under_questions(parts, extracts) == [(f"{TAX} 要交25%吗？", extracts[0]), (FILING, extracts[2])]
    draft = Answer(TAX, TAX, "zh", Outcome.FAILED, "")
    answer = quoter.answer_parts(draft, parts, extracts)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.text.count("### ") == 2
    assert len({(each.source, each.start) for each in answer.citations}) == len(answer.citations)


def test_quotes_that_answer_all_questions_stand_without_a_title(bot: Bot, quoter: Quoter) -> None:
    parts = [part(bot, TAX), part(bot, "要交25%吗？", TAX)]
    answer = quoter.answer_parts(Answer(TAX, TAX, "zh", Outcome.FAILED, ""), parts, quoter.extracts(parts))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations and "###" not in answer.text


def test_behind_the_first_quote_of_a_part_none_comes_again(bot: Bot, quoter: Quoter) -> None:
    found = bot.retrieve(TAX, "zh", date.today())
    one, other = (each.snippet for each in found.ranked[:2])
    parts = [Part(TAX, replace(found, rows=rows)) for rows in ([one], [other, one], [one])]
    quotes = [[cited.quote for cited in extract.citations] for extract in quoter.extracts(parts) if extract]
    assert quotes == [[one.text], [other.text], [one.text]]


def test_questions_without_an_answer_are_named_one_by_one(bot: Bot, quoter: Quoter) -> None:
    parts = [part(bot, TAX), part(bot, "这个呢？"), part(bot, "那个呢？")]
    assert [title for title, _ in under_questions(parts, [None, None, None])] == [each.text for each in parts]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("今天杭州天气怎么样？", (Outcome.OUTSIDE_SERVICE, (), "")),
        ("俄罗斯的月球税是多少", (Outcome.NOT_IN_KNOWLEDGE_BASE, ("印章是什么颜色？",), "seal")),
    ],
)
def test_a_refusal_without_the_offer_of_a_curated_answer_does_not_name_it(
    bot: Bot, quoter: Quoter, question: str, expected: tuple[Outcome, tuple[str, ...], str]
) -> None:
    draft = Answer(question, question, "zh", Outcome.FAILED, "", reason="seal", suggestions=("印章是什么颜色？",))
    refused = quoter.refuse(draft, bot.retrieve(question, "zh", date.today()))
    assert (refused.outcome, refused.suggestions, refused.reason) == expected


def test_an_answer_says_which_of_several_questions_it_leaves_open_as_each_can_be_read_alone(
    bot: Bot, quoter: Quoter
) -> None:
    parking, leaning = "你们那里停车收不收费啊？", "那巴西呢？"
    parts = [part(bot, TAX), part(bot, parking, f"{TAX} {parking}"), part(bot, leaning, f"{TAX} {leaning}")]
    extracts = [quoter.extract(parts[0].retrieval), None, None]
    answer = quoter.answer_parts(Answer(TAX, TAX, "zh", Outcome.FAILED, ""), parts, extracts)
    assert answer.outcome is Outcome.PARTLY_ANSWERED
    assert [(each.text, each.is_answered) for each in answer.parts] == [
        (TAX, True),
        (parking, False),
        (f"{TAX} {leaning}", False),
    ]
    refused = quoter.answer_parts(Answer(TAX, TAX, "zh", Outcome.FAILED, ""), parts[1:], [None, None])
    assert [each.is_answered for each in refused.parts] == [False, False]
