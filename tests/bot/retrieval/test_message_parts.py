"""A message is searched as a whole and in parts, and what is found for it says which of both answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer, Turn
from bot.dialogue.message import Message
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import Asked
from bot.retrieval.answerability import Answerability
from bot.retrieval.message_parts import find_answers
from bot.retrieval.retriever import Retrieval


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
