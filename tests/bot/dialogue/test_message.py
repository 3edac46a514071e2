"""The questions of a message, each understood with what stands before it."""

from __future__ import annotations

import pytest

from bot.answer import Answer
from bot.dialogue.message import Message
from bot.outcomes import Outcome
from bot.pipeline import Bot


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "What is corporate tax in Dubai? And in China?",
            ["What is corporate tax in Dubai?", "What is corporate tax in China?"],
        ),
        ("巴西的增值税多少？那印尼呢？", ["巴西的增值税多少？", "印尼的增值税多少？"]),
        ("And Indonesia? How long does it take?", []),
    ],
)
def test_a_question_that_only_names_a_country_asks_what_the_one_before_asks(
    bot: Bot, text: str, asked: list[str]
) -> None:
    message = Message(Answer(text, text, "en", Outcome.FAILED, ""), (), "", bot.understanding())
    assert [each.text for _, each in message.questions()] == asked
