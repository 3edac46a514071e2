"""A curated answer that is not surely meant is offered beside the usual answer, and the person decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pipeline import Bot
from tests.bot.curated.test_answers import ANSWER, TODAY, knowing
from tests.support.engine import needs_token_vectors

WORDING = "俄罗斯的增值税税率是多少？"


def offered(bot: Bot, question: str) -> tuple[str, ...]:
    answer = knowing(bot, ANSWER).answer(question, (), TODAY)
    assert answer.mode != "curated"
    return answer.suggestions


@needs_token_vectors
@pytest.mark.parametrize("question", ["俄罗斯VAT", "俄罗斯VAT多少"])
def test_a_question_that_may_mean_the_same_is_offered_first_and_leads_to_the_answer(bot: Bot, question: str) -> None:
    first, *_ = offered(bot, question)
    assert first in ANSWER.texts[0].wordings
    assert knowing(bot, ANSWER).answer(first, (), TODAY).mode == "curated"


@pytest.mark.parametrize("question", ["巴西的增值税税率是多少？", "发展改革部门备案要几天？", "俄罗斯的利润税是多少"])
def test_a_question_on_another_country_or_matter_offers_nothing_of_the_center(bot: Bot, question: str) -> None:
    assert not set(offered(bot, question)) & set(ANSWER.texts[0].wordings)


@needs_token_vectors
def test_an_answer_that_has_ended_is_not_offered(bot: Bot) -> None:
    ended = replace(ANSWER, until=TODAY.replace(year=TODAY.year - 1))
    answer = knowing(bot, ended).answer("俄罗斯VAT", (), TODAY)
    assert not set(answer.suggestions) & set(ANSWER.texts[0].wordings)
