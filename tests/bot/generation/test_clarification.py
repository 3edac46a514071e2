"""Where a question leaves open what it is about, the person is asked, with choices; where it does not, never."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.generation.clarification import add_country
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import understand


@pytest.mark.parametrize(
    "question",
    [
        "怎么办理？",
        "需要什么材料",
        "多少钱？",
        "How long does it take?",
        "Quanto custa?",
        "Куда обращаться?",
        "كم الرسوم؟",
    ],
)
def test_a_question_of_nothing_is_asked_back_in_its_language(bot: Bot, question: str) -> None:
    answer = bot.answer(question)
    assert answer.outcome is Outcome.NEEDS_CLARIFICATION
    assert not answer.citations


def test_in_a_conversation_it_means_what_was_spoken_of(bot: Bot) -> None:
    history = [Turn("user", "发展改革部门备案"), Turn("assistant", "……")]
    assert bot.answer("要几天？", history).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(("greeting", "question"), [("你好", "怎么办理？"), ("Hello", "How long does it take?")])
def test_after_a_greeting_it_is_asked_back_as_at_first(bot: Bot, greeting: str, question: str) -> None:
    history = [Turn("user", greeting), Turn("assistant", bot.answer(greeting).text)]
    assert bot.answer(question, history).outcome is Outcome.NEEDS_CLARIFICATION


@pytest.mark.parametrize(
    ("first", "language"),
    [("Berapa tarif PPN di Rusia dan berapa pajak penghasilan badan di Brasil?", "id"), ("巴西的税率是多少？", "zh")],
)
def test_a_few_words_that_follow_are_of_the_language_before(bot: Bot, first: str, language: str) -> None:
    history = [Turn("user", first), Turn("assistant", "34%")]
    assert bot.answer("PT PMA?", history).language == language
    assert bot.answer("PT PMA?").language == "en"


@pytest.mark.parametrize(
    "question",
    [
        "俄罗斯的增值税税率是多少？",
        "发展改革部门备案要几天？",
        "公共停车场的停车费每小时最高多少元？",
        "8422.30.10的税率",
    ],
)
def test_a_question_that_names_its_subject_is_answered(bot: Bot, question: str) -> None:
    assert bot.answer(question).outcome is Outcome.ANSWERED


def test_the_same_vague_question_is_asked_back_once(bot: Bot) -> None:
    asked = bot.answer("怎么办理？")
    again = bot.answer("怎么办理？", [Turn("user", "怎么办理？"), Turn("assistant", asked.text)])
    assert again.outcome is Outcome.NOT_IN_KNOWLEDGE_BASE
    assert "钱塘区商务局" in again.text


def test_a_folder_of_few_countries_is_not_asked_which(bot: Bot) -> None:
    assert bot.answer("增值税的一般税率是多少？").outcome is not Outcome.NEEDS_CLARIFICATION


def test_a_choice_is_the_question_about_that_country(bot: Bot) -> None:
    assert add_country(understand("VAT rate?", "en", bot.index, bot.embedding_model), "Brazil") == "Brazil: VAT rate?"
    assert add_country(understand("税率？", "zh", bot.index, bot.embedding_model), "巴西") == "巴西税率？"
