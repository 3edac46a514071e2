"""Parts of a message: one that the quotes for another part answer goes with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pipeline import Bot
from bot.query.exemplars import OUTBOUND
from bot.retrieval.answerability import Answerability
from bot.retrieval.found_parts import Part, align, cover_open, join_clauses, list_quoted
from store.documents import Audience, Passage
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


def russia_for(bot: Bot, audience: Audience) -> Passage:
    """The passage quoted for RATE, of a document for some companies."""
    (passage,) = list_quoted([Part(RATE, found_for(bot, RATE)), open_part(bot, BAIL)])
    return replace(passage, metadata=replace(passage.metadata, audience=audience))


def test_a_clause_that_only_asks_by_when_goes_with_quotes_that_give_a_day(bot: Bot) -> None:
    filing, by_when = Part("要备案吗", found_for(bot, "境外投资备案要几个工作日")), open_part(bot, BAIL)
    assert len(cover_open([filing, by_when])) == 2
    assert [each.text for each in cover_open([filing, replace(by_when, text="多久")])] == ["要备案吗，多久"]


def test_a_part_is_on_the_side_and_in_the_country_of_what_is_quoted_for_others(bot: Bot) -> None:
    visa, brazil = (bot.understanding().alone(text, "zh") for text in ("杭州的人去要签证吗", "巴西的增值税呢"))
    russia = russia_for(bot, "outbound")
    placed = align(visa, [russia]).alone
    assert placed.countries == ("RU",) and placed.exemplars and placed.exemplars.side == pytest.approx(OUTBOUND)
    assert align(brazil, [russia]).alone.countries == ("BR",), "it names a country itself"


def test_a_part_that_names_china_is_not_put_elsewhere(bot: Bot) -> None:
    china = bot.understanding().alone("中国的利润税呢", "zh")
    assert align(china, [russia_for(bot, "outbound")]) is china


def test_quotes_for_both_sides_tell_nothing_of_a_part(bot: Bot) -> None:
    visa = bot.understanding().alone("杭州的人去要签证吗", "zh")
    outbound, inbound, both = (russia_for(bot, each) for each in ("outbound", "inbound", "both"))
    assert align(visa, [outbound, inbound]) is visa
    assert align(visa, [both]) is visa
    assert align(visa, []) is visa


def test_clauses_of_one_answer_are_one_title() -> None:
    assert join_clauses("在哪办", "几天") == "在哪办，几天"
    assert join_clauses("where", "how long") == "where, how long"
    assert join_clauses("", "how long") == "how long"
