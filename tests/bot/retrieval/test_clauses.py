"""Each clause of a message gets its own lines: those quoted for all of it, or others that it finds alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.answer import Answer
from bot.dialogue.message import Message
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import Asked
from bot.retrieval.additions import Reader, knows_exemplars
from bot.retrieval.answerability import Answerability
from bot.retrieval.clauses import are_answered_apart, divide
from bot.retrieval.found_parts import RESTATED, Part, best_line
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from tests.bot.retrieval.exemplars import guide_line
from tests.bot.retrieval.retrievals import Reading, found_for


def test_clauses_are_answered_apart_though_the_whole_has_another_line_with_the_figures_of_one(bot: Bot) -> None:
    tax, other = found_for(bot, "俄罗斯的利润税是多少"), found_for(bot, "巴西的企业所得税是多少")
    best = tax.ranked[0]
    elsewhere = replace(best, snippet=replace(best.snippet, start=best.snippet.start + 1))
    whole = replace(tax, ranked=[elsewhere, *tax.ranked[1:]])
    assert best_line(whole) != best_line(tax)
    parts = [Part("利润税多少", tax), Part("巴西呢", other)]
    assert are_answered_apart(parts, whole)
    assert not are_answered_apart(parts, found_for(bot, "境外投资备案要多久"))
    assert not are_answered_apart(parts[:1], whole)


RESIGNS = guide_line("inbound/company-setup", "公司法定代表人辞任的")
PROBATION = guide_line("inbound/employment-and-social-insurance", "试用期按劳动合同期限")
BOTH = "试用期最长几个月，法定代表人辞职后几天内要换人"


def found_with(bot: Bot, quotes: Sequence[Snippet], ranked: Sequence[Snippet]) -> Retrieval:
    """What is found for BOTH, with these quotes, and these snippets on the list."""
    listed = [RankedSnippet(each, 1.0, 1.0) for each in ranked]
    reader = Reader((), bot.answerability, bot.embedding_model)  # type: ignore[arg-type]
    return replace(found_for(bot, BOTH), ranked=listed, chosen=quotes, read=QuestionToRead(BOTH), reader=reader)


def divided(bot: Bot, whole: Retrieval, alone: Retrieval | None = None) -> tuple[list[Part], list[str]]:
    """The clauses of BOTH, and those searched on their own, which find `alone`, else a refusal."""
    searched = list[str]()

    def search(asked: Asked) -> Retrieval:
        searched.append(asked.text)
        return alone or replace(whole, verdict=Answerability(-1.0))

    draft = Answer(BOTH, BOTH, "zh", Outcome.FAILED, "")
    return divide(Message(draft, (), "", bot.understanding()), search, whole), searched


def test_the_quotes_of_an_answer_stand_under_the_clauses_that_they_answer(bot: Bot) -> None:
    first, second = (Snippet(0, at, at + 1, line, "sentence") for at, line in enumerate((PROBATION, RESIGNS)))
    parts, searched = divided(bot, found_with(bot, [second, first], [second, first]))
    assert searched == []
    assert [each.text for each in parts] == BOTH.split("，")
    assert [each.retrieval.quotes for each in parts] == [[first], [second]]
    assert [best_line(each.retrieval)[1] for each in parts] == [0, 1]


@pytest.mark.parametrize(
    "case", ["one quote", "one clause has none", "it does not know", "it was not ranked", "a list"]
)
def test_an_answer_is_not_divided_if_a_clause_has_no_quote_of_its_own(bot: Bot, case: str) -> None:
    first, second = (Snippet(0, at, at + 1, line, "sentence") for at, line in enumerate((PROBATION, RESIGNS)))
    unknown = replace(second, is_unknown=True)
    quotes = {
        "one quote": [first],
        "one clause has none": [first, replace(first, start=7)],
        "it does not know": [first, unknown],
        "it was not ranked": [first, second],
        "a list": [first, second, replace(first, start=7), replace(second, start=8)],
    }[case]
    ranked = [first] if case == "it was not ranked" else quotes
    parts, _ = divided(bot, found_with(bot, quotes, ranked))
    assert parts == []


def test_exemplars_know_the_lines_of_guides_only(bot: Bot) -> None:
    other = found_for(bot, "俄罗斯的利润税是多少")
    assert knows_exemplars(Snippet(0, 0, 1, PROBATION, "sentence"), other.question.exemplars)
    assert not knows_exemplars(other.ranked[0].snippet, other.question.exemplars)


def answered(bot: Bot, line: str) -> Retrieval:
    """What is found for BOTH if one line answers it."""
    return found_with(bot, [quote := Snippet(0, 0, 1, line, "sentence")], [quote])


def completed(bot: Bot, whole: Retrieval, alone: Retrieval) -> list[tuple[str, tuple[str, int]]]:
    """The clauses of BOTH with their best lines, if the second searched on its own finds `alone`."""
    parts, searched = divided(bot, whole, alone)
    assert searched == ["法定代表人辞职后几天内要换人"]
    return [(each.text, best_line(each.retrieval)) for each in parts]


def test_a_clause_that_the_quotes_leave_open_is_searched_on_its_own(bot: Bot) -> None:
    whole = answered(bot, PROBATION)
    other = replace(found_for(bot, "俄罗斯的利润税是多少"), reader=Reading(RESTATED + 1))  # type: ignore[arg-type]
    first, second = BOTH.split("，")
    assert completed(bot, whole, other) == [(first, (best_line(whole)[0], 0)), (second, best_line(other))]


@pytest.mark.parametrize(
    "case", ["it is refused", "it is no news", "it has the same words", "it says the same figures", "it does not know"]
)
def test_an_answer_stays_whole_if_no_clause_gains_a_line(bot: Bot, case: str) -> None:
    whole = answered(bot, PROBATION)
    adds = RESTATED - 1 if case == "it is no news" else RESTATED + 1
    other = replace(found_for(bot, "俄罗斯的利润税是多少"), reader=Reading(adds))  # type: ignore[arg-type]
    best = other.ranked[0]
    if case == "it is refused":
        other = replace(other, verdict=Answerability(-1.0))
    if case == "it has the same words":
        said = whole.quotes[0].text
        other = replace(other, ranked=[replace(best, snippet=replace(best.snippet, text=f"{said}（见劳动合同法）"))])
    if case == "it says the same figures":
        other = replace(
            other, ranked=[replace(best, snippet=replace(best.snippet, text="试用期最长6个月，即1个月、2个月、6个月"))]
        )
    if case == "it does not know":
        other = replace(other, ranked=[replace(best, snippet=replace(best.snippet, is_unknown=True))])
    assert completed(bot, whole, other) == []
