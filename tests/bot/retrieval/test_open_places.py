"""Where each country has rules of its own and a question names none, the countries to choose from are known."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.query.query import understand
from bot.retrieval.open_places import lacks_place, places
from store.documents import Chunk, Metadata, Passage

COUNTRIES = [Metadata(title=code, countries=(code,)) for code in ("CN", "BR", "RU", "IN")]


def test_the_choices_are_the_countries_with_a_guide_in_the_persons_words(bot: Bot) -> None:
    question = understand("VAT rate?", "en", bot.index, bot.embedding_model)
    assert places(question, [], COUNTRIES) == ["China", "Brazil", "India", "Russia"]
    chinese = understand("增值税？", "zh", bot.index, bot.embedding_model)
    assert places(chinese, [], COUNTRIES) == ["中国", "巴西", "俄罗斯", "印度"]


def test_the_choices_are_those_found_before_others_and_sorted_by_name(bot: Bot) -> None:
    question = understand("VAT rate?", "en", bot.index, bot.embedding_model)
    guided = [Metadata(title=code, countries=(code,)) for code in "CN BO CU EG ET ID IN IR KZ RU".split()]
    found = [Passage("ru.md", Chunk(0, 1, "."), guided[-1], 0.0)]
    named = places(question, found, guided)
    assert named == ["China", "Bolivia", "Cuba", "Egypt", "Ethiopia", "India", "Indonesia", "Russia"]


def test_countries_that_speak_the_persons_language_are_offered_first(bot: Bot) -> None:
    question = understand("ставка НДС?", "ru", bot.index, bot.embedding_model)
    guided = [Metadata(title=code, countries=(code,)) for code in "CN AE BO CU EG ET ID IN KZ RU UZ".split()]
    found = [Passage(f"{each.title}.md", Chunk(0, 1, "."), each, 0.0) for each in guided[1:8]]
    named = places(question, found, guided)
    assert named[0] == "Китай" and {"Россия", "Казахстан", "Узбекистан"} <= set(named) and len(named) == 8


def test_a_short_question_on_what_each_country_rules_asks_which(bot: Bot) -> None:
    choices = ["China", "Brazil", "Russia"]

    def lacks(text: str, language: str = "en", is_decided: bool = False) -> bool:
        asked = understand(text, language, bot.index, bot.embedding_model)
        return lacks_place(asked, choices, is_decided, support=0.0)

    assert lacks("What is the dividend tax for our company?")
    assert lacks("注册公司最低要多少资本", "zh")
    assert not lacks("What is the dividend tax in Brazil?")
    assert not lacks("What is the VAT in the EU?") and not lacks("非洲的增值税是多少", "zh")
    assert not lacks("Who certifies the invoice of a trade fair?")
    assert not lacks("Which visa does our engineer need for repairing machines?", is_decided=True)
    assert lacks("VAT rate?", is_decided=True)


def test_a_question_that_can_only_be_about_china_is_not_asked_back(bot: Bot) -> None:
    choices = ["China", "Brazil", "Russia"]

    def lacks(text: str, language: str, is_decided: bool = False) -> bool:
        asked = understand(text, language, bot.index, bot.embedding_model)
        return lacks_place(asked, choices, is_decided, support=2.0)

    assert not lacks("VAT on consulting services?", "en")
    assert not lacks("企业所得税怎么预缴", "zh", is_decided=True)
    assert lacks("增值税多少", "zh")
    assert lacks("企业所得税税率是多少？", "zh")
    assert lacks("minimum capital", "en")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which countries have no dividend tax?", "en"),
        ("哪些国家的增值税最低", "zh"),
        ("Quais países não cobram imposto?", "pt"),
        ("¿Qué países no cobran impuesto?", "es"),
        ("В каких странах нет налога?", "ru"),
        ("أي دول لا تفرض ضريبة؟", "ar"),
    ],
)
def test_a_question_for_the_countries_is_not_asked_back_for_one(bot: Bot, question: str, language: str) -> None:
    asked = understand(question, language, bot.index, bot.embedding_model)
    assert not lacks_place(asked, ["China", "Brazil", "Russia"], is_decided=False, support=0.0)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("We pay our Chinese parent a dividend. What do we withhold?", "en"),
        ("quanto retemos do lucro que vai para a matriz na China?", "pt"),
        ("¿Cuánto retenemos de los dividendos para la matriz china?", "es"),
        ("платим проценты по займу материнской компании из Китая, сколько удержать", "ru"),
        ("كم نستقطع من الأرباح التي نحولها إلى الشركة الأم في الصين؟", "ar"),
        ("trả lãi vay cho công ty mẹ bên Trung Quốc thì giữ lại bao nhiêu", "vi"),
        ("चीन की मूल कंपनी को लाभांश देते हैं, कितना टैक्स काटें?", "hi"),
        (
            "our only owner is a factory in Zhejiang, how much tax do i hold back from their profit",
            "en",
        ),
        ("we're fully owned by a company in Hangzhou, what tax do we hold back from the dividend", "en"),
        ("a firma é de um grupo chinês, quanto retemos dos juros pagos à matriz?", "pt"),
        ("собственник компания из Ханчжоу, сколько удержать с дивидендов", "ru"),
        ("شركتنا مالكها صيني، كم ضريبة ندفع قبل توزيع الأرباح؟", "ar"),
    ],
)
def test_a_company_abroad_with_an_owner_in_china_is_asked_where_it_is(bot: Bot, question: str, language: str) -> None:
    asked = understand(question, language, bot.index, bot.embedding_model)
    assert lacks_place(asked, ["China", "Brazil", "Russia"], is_decided=True, support=0.0)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Our factory in Brazil pays its Chinese parent a dividend. What do we withhold?", "en"),
        ("Our Hangzhou company pays us a dividend. What does China withhold?", "en"),
        ("El socio chino no paga su aporte.", "es"),
        ("Does our Chinese owner have to file our new plant with MOFCOM?", "en"),
        ("杭州的公司给外国股东分红要扣多少税", "zh"),
    ],
)
def test_who_names_a_country_or_asks_what_china_demands_is_not_asked(bot: Bot, question: str, language: str) -> None:
    asked = understand(question, language, bot.index, bot.embedding_model)
    assert not lacks_place(asked, ["China", "Brazil", "Russia"], is_decided=True, support=2.0)
