"""Where a question leaves open what it is about, the person is asked, with choices; where it does not, never."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.dialogue.clarification import add_country, is_elsewhere, lacks_place, places
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import understand
from store.documents import Metadata

COUNTRIES = [Metadata(title=code, countries=(code,)) for code in ("CN", "BR", "RU", "IN")]


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("企业所得税税率是多少？", False),
        ("巴西和俄罗斯的增值税率是多少？", False),
        ("中国企业去巴西要备案吗？", False),
        ("俄罗斯的增值税率是多少？", True),
        ("What is the VAT rate in Russia?", True),
        ("在钱塘设立公司，注册资本要求是什么？", True),
        ("杭州企业境外投资怎么备案？", False),
    ],
)
def test_a_question_on_another_country_or_on_coming_here_is_not_about_the_one_chosen(
    question: str, elsewhere: bool
) -> None:
    assert is_elsewhere(question, "BR") == elsewhere
    assert not is_elsewhere(question, "tax") and not is_elsewhere(question, "")


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


def test_a_folder_of_few_countries_is_not_asked_which(bot: Bot) -> None:
    assert bot.answer("增值税的一般税率是多少？").outcome is not Outcome.NEEDS_CLARIFICATION


def test_the_choices_are_the_countries_with_a_guide_in_the_persons_words(bot: Bot) -> None:
    question = understand("VAT rate?", "en", bot.index, bot.embedding_model)
    assert places(question, [], COUNTRIES) == ["China", "Brazil", "Russia", "India"]
    assert add_country(question, "Brazil") == "Brazil: VAT rate?"
    assert add_country(understand("税率？", "zh", bot.index, bot.embedding_model), "巴西") == "巴西税率？"


def test_a_short_question_on_what_each_country_rules_asks_which(bot: Bot) -> None:
    choices = ["China", "Brazil", "Russia"]

    def lacks(text: str, language: str = "en", is_decided: bool = False) -> bool:
        return lacks_place(understand(text, language, bot.index, bot.embedding_model), choices, is_decided)

    assert lacks("What is the dividend tax for our company?")
    assert lacks("注册公司最低要多少资本", "zh")
    assert not lacks("What is the dividend tax in Brazil?")
    assert not lacks("Who certifies the invoice of a trade fair?")
    assert not lacks("Which visa does our engineer need for repairing machines?", is_decided=True)
    assert lacks("VAT rate?", is_decided=True)


def test_a_question_that_can_only_be_about_china_is_not_asked_back(bot: Bot) -> None:
    choices = ["China", "Brazil", "Russia"]

    def lacks(text: str, language: str) -> bool:
        return lacks_place(understand(text, language, bot.index, bot.embedding_model), choices, is_decided=False)

    assert not lacks("VAT on consulting services?", "en")
    assert not lacks("企业所得税怎么预缴", "zh")
    assert lacks("增值税多少", "zh")
    assert lacks("企业所得税税率是多少？", "zh")
    assert lacks("minimum capital", "en")
