"""The questions of a message, each understood with what stands before it."""

from __future__ import annotations

import pytest

from bot.answer import Answer, Turn
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


SAID = (
    Turn("user", "我们要在马来西亚开厂，要不要先备案"),
    Turn("assistant", "要先备案。"),
    Turn("user", "厂房还没定，律师费考察费想先汇一点过去，可以吗"),
    Turn("assistant", "前期费用可以先汇。"),
)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("那边企业所得税几个点啊", "马来西亚"),
        ("那边泰国的呢，企业所得税几个点", ""),
        ("杭州的公司招外国人办工作许可要多久", ""),
    ],
)
def test_a_conversation_keeps_its_host_country_until_a_question_is_about_another_place(
    bot: Bot, text: str, country: str
) -> None:
    message = Message(Answer(text, text, "zh", Outcome.FAILED, ""), SAID, "", bot.understanding())
    assert message.set_country().country == country


def test_a_question_that_turns_to_china_asks_there_what_was_asked_of_the_host(bot: Bot) -> None:
    text, said = "А у вас он какой?", (Turn("user", "Какой НДС в Казахстане?"), Turn("assistant", "16%."))
    placed = Message(Answer(text, text, "ru", Outcome.FAILED, ""), said, "", bot.understanding()).set_country()
    assert placed.history[0].content == "Какой НДС в Китай?"


def test_a_company_that_comes_to_china_has_no_host_country(bot: Bot) -> None:
    text, said = "how long does it take", (Turn("user", "We are from India and open a company in Qiantang"),)
    placed = Message(Answer(text, text, "en", Outcome.FAILED, ""), said, "", bot.understanding()).set_country()
    assert placed.country == ""
