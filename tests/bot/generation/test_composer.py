"""A message of several questions is asked back, weighed and continued as one of a single question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.answer import Answer, Turn
from bot.generation.composer import least_support
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.answerability import Answerability
from bot.retrieval.found_parts import Part
from bot.retrieval.message_parts import Findings
from bot.retrieval.retriever import Retrieval
from tests.bot.generation.conftest import TODAY

TWO = "税率多少？多久交一次？"
PLACES = ("中国", "巴西", "俄罗斯")
OFFERED = "印章是什么颜色？"


@pytest.fixture(scope="module")
def tax(bot: Bot) -> Retrieval:
    return replace(bot.retrieve("俄罗斯的利润税是多少？", "zh", TODAY), open_places=PLACES)


def composed(bot: Bot, parts: Sequence[Retrieval], message: str = TWO, history: Sequence[Turn] = ()) -> Answer:
    named = [Part(f"第{number}问？", each) for number, each in enumerate(parts, 1)]
    found = Findings(parts[0], named, message, bot.understanding().alone(message, "zh").alone)
    draft = Answer(message, message, "zh", Outcome.FAILED, "", complete=False, reason="seal", suggestions=(OFFERED,))
    *_, last = bot.composer().compose(draft, found, history)
    return last


def test_questions_that_lack_a_country_are_asked_back_together(bot: Bot, tax: Retrieval) -> None:
    asked = composed(bot, [tax, tax])
    assert asked.outcome is Outcome.NEEDS_CLARIFICATION
    assert asked.suggestions == tuple(f"{place}{TWO}" for place in PLACES)


def test_questions_that_are_vague_together_are_asked_back_unless_one_has_a_sure_answer(
    bot: Bot, tax: Retrieval
) -> None:
    vague = "how long does it take and what will it cost me"
    weak, sure = (replace(tax, verdict=Answerability(support), open_places=()) for support in (0.1, 9.0))
    assert composed(bot, [weak, weak], vague).outcome is Outcome.NEEDS_CLARIFICATION
    assert composed(bot, [weak, sure], vague).outcome is not Outcome.NEEDS_CLARIFICATION
    told = [Turn("user", "出海投资要备案吗？"), Turn("assistant", "要备案。", Outcome.ANSWERED)]
    assert composed(bot, [weak, weak], vague, told).outcome is not Outcome.NEEDS_CLARIFICATION


def test_a_curated_answer_counts_as_near_only_where_its_question_is_still_offered(bot: Bot, tax: Retrieval) -> None:
    assert composed(bot, [tax, tax]).reason == "", "the question back has choices of its own"
    answer = composed(bot, [replace(tax, open_places=())])
    assert (answer.suggestions[0], answer.reason) == (OFFERED, "seal")


@pytest.mark.parametrize("case", ["one names a country", "it was asked back before"])
def test_they_are_answered_if_one_names_a_country_or_the_last_answer_was_a_question(
    bot: Bot, tax: Retrieval, case: str
) -> None:
    history = [Turn("user", TWO), Turn("assistant", composed(bot, [tax, tax]).text)]
    named = case == "one names a country"
    answer = composed(bot, [tax, tax], "税率多少？俄罗斯多久交一次？" if named else TWO, () if named else history)
    assert answer.outcome is Outcome.ANSWERED
    assert "25%" in answer.text


def test_an_answer_in_parts_is_as_sure_as_its_weakest_part(bot: Bot, tax: Retrieval) -> None:
    weak, refused = (replace(tax, verdict=Answerability(support), open_places=()) for support in (0.1, -2.0))
    strong = replace(tax, open_places=())
    assert composed(bot, [strong, weak]).support == 0.1
    assert least_support([strong, refused]) == strong.support
    assert least_support([refused, replace(refused, verdict=Answerability(-9.0))]) == -2.0
    assert least_support([replace(refused, verdict=Answerability(float("-inf")))]) is None
