"""A chosen country is kept by questions that may be about it, and given up by those about something else."""

from __future__ import annotations

import pytest

from bot.outcomes import Outcome
from bot.pipeline import Bot

ABOUT_IT = (
    "企业所得税税率是多少？",
    "注册公司要几天",
    "What is the VAT rate?",
    "Какие документы нужны, чтобы открыть компанию?",
    "巴西和俄罗斯的增值税率是多少？",
    "中国企业去巴西要备案吗？",
    "杭州企业境外投资怎么备案？",
    "多久给批下来",
    "Since when?",
    "How do I hire people?",
)
ABOUT_SOMETHING_ELSE = (
    "俄罗斯的增值税率是多少？",
    "What is the VAT rate in Russia?",
    "在钱塘设立公司，注册资本要求是什么？",
    "中国企业所得税税率",
    "What is the Chinese corporate income tax rate?",
    "负面清单有几项？",
    "欧盟的碳关税怎么交？",
    "Do foreign employees pay social insurance in China?",
    "我们巴西公司想在钱塘设厂",
    "Can my Brazilian firm own a plant in Hangzhou?",
)


@pytest.mark.parametrize(
    ("question", "elsewhere"), [*((each, False) for each in ABOUT_IT), *((each, True) for each in ABOUT_SOMETHING_ELSE)]
)
def test_a_chosen_country_is_given_up_by_a_question_about_something_else(
    bot: Bot, question: str, elsewhere: bool
) -> None:
    assert bot.understanding().is_elsewhere(question, "巴西") is elsewhere


def test_the_answer_says_so_and_is_the_one_without_the_country(bot: Bot) -> None:
    answer, plain = (bot.answer("俄罗斯的增值税税率是多少？", country=code) for code in ("BR", ""))
    assert (answer.is_elsewhere, plain.is_elsewhere) == (True, False)
    assert answer.text == plain.text and answer.outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("question", "country"), [("利润税税率是多少？", "BR"), ("俄罗斯利润税", "tax"), ("谢谢", "BR")]
)
def test_a_question_about_it_a_topic_and_thanks_give_up_nothing(bot: Bot, question: str, country: str) -> None:
    assert not bot.answer(question, country=country).is_elsewhere
