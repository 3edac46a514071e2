"""Parts of a message: one that the quotes for another part answer goes with it."""

from __future__ import annotations

from dataclasses import replace

from bot.pipeline import Bot
from bot.retrieval.answerability import Answerability
from bot.retrieval.found_parts import Part, cover_open, join_clauses
from tests.bot.retrieval.retrievals import found_for

RATE, RATE_AGAIN, BAIL = "俄罗斯的利润税是多少", "俄罗斯利润税税率百分之几", "火星移民的担保金"


def open_part(bot: Bot, text: str) -> Part:
    """A part without an answer."""
    return Part(text, replace(found_for(bot, text), verdict=Answerability(-1.0)))


def test_an_open_part_goes_with_one_whose_quotes_answer_it(bot: Bot) -> None:
    rate, again, bail = Part(RATE, found_for(bot, RATE)), open_part(bot, RATE_AGAIN), open_part(bot, BAIL)
    assert [each.text for each in cover_open([rate, again, bail])] == [f"{RATE}，{RATE_AGAIN}", BAIL]
    assert [each.text for each in cover_open([again, bail, rate])] == [BAIL, f"{RATE_AGAIN}，{RATE}"]


def test_a_part_stays_open_where_no_quote_answers_it_or_no_model_reads_it(bot: Bot) -> None:
    rate, again, bail = Part(RATE, found_for(bot, RATE)), open_part(bot, RATE_AGAIN), open_part(bot, BAIL)
    assert cover_open([rate, bail]) == [rate, bail]
    assert cover_open([again, bail]) == [again, bail]
    unread = replace(rate, retrieval=replace(rate.retrieval, reader=None))
    assert cover_open([unread, again]) == [unread, again]


def test_clauses_of_one_answer_are_one_title() -> None:
    assert join_clauses("在哪办", "几天") == "在哪办，几天"
    assert join_clauses("where", "how long") == "where, how long"
    assert join_clauses("", "how long") == "how long"
