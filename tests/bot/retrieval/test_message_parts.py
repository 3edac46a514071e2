"""A message is searched as a whole and in parts, and what is found for it says which of both answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer, Turn
from bot.dialogue.message import Message
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import Asked
from bot.retrieval.additions import Reader
from bot.retrieval.answerability import Answerability
from bot.retrieval.message_parts import (
    RESTATED,
    Part,
    are_answered_apart,
    best_line,
    divide,
    find_answers,
    find_further,
    find_parts,
    has_exemplars,
)
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from tests.bot.retrieval.exemplars import guide_line


@pytest.mark.parametrize(("question", "is_answered"), [("谢谢。巴西那边呢", True), ("谢谢。巴西的增值税呢", False)])
def test_a_refused_follow_up_gets_what_the_question_before_gets_for_its_country_if_that_comes_nearest(
    bot: Bot, question: str, is_answered: bool
) -> None:
    def refusing_what_follows(asked: Asked) -> Retrieval:
        found = bot.search(asked, date.today())
        return replace(found, verdict=Answerability(-1.0)) if asked.before else found

    history = [Turn("user", "俄罗斯的利润税是多少"), Turn("assistant", "一般税率为25%。")]
    draft = Answer(question, question, "zh", Outcome.FAILED, "")
    found = find_answers(Message(draft, history, "", bot.understanding()), refusing_what_follows).whole
    assert (found.support > 0) == is_answered
    assert "34%" in found.ranked[0].snippet.text or not is_answered


@pytest.mark.parametrize(
    ("question", "is_read_alone"),
    [("俄罗斯的利润税税率一般是多少，法律依据是什么？", True), ("那边的利润税是多少？", False)],
)
def test_a_later_question_without_an_answer_is_read_as_a_first_one_if_it_leaves_nothing_out(
    bot: Bot, question: str, is_read_alone: bool
) -> None:
    def refusing_in_conversation(asked: Asked) -> Retrieval:
        found = bot.search(asked, date.today())
        return replace(found, verdict=Answerability(-1.0 if asked.before else 1.0))

    history = [Turn("user", "在巴西设公司要多少注册资本？"), Turn("assistant", "没有最低要求。")]
    draft = Answer(question, question, "zh", Outcome.FAILED, "")
    found = find_answers(Message(draft, history, "", bot.understanding()), refusing_in_conversation).whole
    assert (found.support > 0) == is_read_alone


def found_for(bot: Bot, text: str) -> Retrieval:
    """What is found for a question."""
    found = replace(bot.search(bot.understanding().alone(text, "zh"), date.today()), verdict=Answerability(1.0))
    assert found.ranked
    return found


class Reading:
    """Says of each snippet how much it adds; has the methods of `Reader`."""

    def __init__(self, adds: float) -> None:
        self.adds = adds

    def scores(self, question: QuestionToRead, snippets: Sequence[Snippet]) -> list[float | None]:
        assert question.given
        return [self.adds for _ in snippets]


@pytest.mark.parametrize(("adds", "is_other"), [(RESTATED + 1, True), (RESTATED - 1, False)])
def test_a_part_gets_another_line_than_the_part_before_if_that_answers_and_is_no_other_wording(
    bot: Bot, adds: float, is_other: bool
) -> None:
    first, second = found_for(bot, "俄罗斯的利润税是多少"), found_for(bot, "巴西的企业所得税是多少")
    second = replace(second, reader=Reading(adds))  # type: ignore[arg-type]
    assert best_line(first) != best_line(second)

    def search(asked: Asked) -> Retrieval:
        return second if first.ranked[0].snippet.text in asked.said else first

    asked = bot.understanding().alone("还有呢", "zh")
    parts = find_parts([("税率多少？", asked), ("还有呢？", asked)], search)
    assert [best_line(each.retrieval) for each in parts] == [best_line(first), best_line(second if is_other else first)]
    refused = replace(second, verdict=Answerability(-1.0))
    assert find_further(asked, parts[:1], lambda asked: refused if asked.said.strip() else first) is first


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
    return replace(found_for(bot, BOTH), ranked=listed, chosen=quotes, read=QuestionToRead(BOTH))


def test_the_quotes_of_an_answer_stand_under_the_clauses_that_they_answer(bot: Bot) -> None:
    first, second = (Snippet(0, at, at + 1, line, "sentence") for at, line in enumerate((PROBATION, RESIGNS)))
    reader = Reader((), bot.answerability, bot.embedding_model)  # type: ignore[arg-type]
    parts = divide(found_with(bot, [second, first], [second, first]), BOTH, reader)
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
    reader = Reader((), bot.answerability, bot.embedding_model)  # type: ignore[arg-type]
    assert divide(found_with(bot, quotes, ranked), BOTH, reader) == []


def test_clauses_are_searched_where_exemplars_do_not_know_the_answer(bot: Bot) -> None:
    known = replace(found_for(bot, BOTH), ranked=[RankedSnippet(Snippet(0, 0, 1, PROBATION, "sentence"), 1.0, 1.0)])
    assert has_exemplars(known)
    assert not has_exemplars(found_for(bot, "俄罗斯的利润税是多少"))
