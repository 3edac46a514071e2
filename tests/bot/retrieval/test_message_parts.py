"""A message is searched as a whole and in parts, and what is found for it says which of both answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pipeline import Bot
from bot.query.query import Asked
from bot.retrieval.answerability import Answerability
from bot.retrieval.found_parts import RESTATED, Part, best_line
from bot.retrieval.message_parts import find_further, find_parts
from bot.retrieval.retriever import Retrieval
from tests.bot.retrieval.retrievals import Reading, found_for


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


def test_a_part_gets_another_line_than_one_that_says_the_part_before_in_other_words(bot: Bot) -> None:
    first, second = found_for(bot, "俄罗斯的利润税是多少"), found_for(bot, "巴西的企业所得税是多少")
    best = first.ranked[0]
    reworded = replace(best.snippet, start=best.snippet.start + 1, text=f"{best.snippet.text}（利润税）")
    again = replace(first, ranked=[replace(best, snippet=reworded)])
    second = replace(second, reader=Reading(RESTATED + 1))  # type: ignore[arg-type]

    def search(asked: Asked) -> Retrieval:
        return second if best.snippet.text in asked.said else again

    asked = bot.understanding().alone("还有呢", "zh")
    assert find_further(asked, [Part("税率多少？", first)], search) is second
