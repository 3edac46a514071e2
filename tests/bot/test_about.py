"""Who chose a country on the page is understood in it, unless the question is about another or about none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.answer import Answer, Turn
from bot.dialogue.rewriting import readings
from bot.outcomes import Outcome
from bot.pipeline import Bot
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings

COUNTRIES = {"BR": ("巴西", "Brazil", "34"), "RU": ("俄罗斯", "Russia", "25"), "IN": ("印度", "India", "22")}
GUIDES = {
    **{
        f"{code}.zh.md": f"---\nlanguage: zh\ncountries: [{code}]\n---\n# {name}指南\n\n## 企业所得税\n\n"
        f"{name}的企业所得税税率为{rate}%。\n\n## 最低资本\n\n{name}的公司没有最低注册资本要求。\n"
        for code, (name, _, rate) in COUNTRIES.items()
    },
    **{
        f"{code}.en.md": f"---\nlanguage: en\ncountries: [{code}]\n---\n# {name} guide\n\n## Corporate income tax\n\n"
        f"The corporate income tax rate in {name} is {rate}%.\n"
        for code, (_, name, rate) in COUNTRIES.items()
    },
    "china.zh.md": "---\nlanguage: zh\naudience: inbound\ncountries: [CN]\n---\n# 在华企业所得税\n\n"
    "居民企业的企业所得税税率为25%，高新技术企业为15%。\n",
    "filing.zh.md": "---\nlanguage: zh\naudience: outbound\n---\n# 境外投资备案\n\n"
    "境外投资备案找省发展改革委和省商务厅。\n\n备案表受理后7个工作日内出具备案通知书。\n",
}
RATE = "企业所得税税率是多少？"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    place = tmp_path_factory.mktemp("about")
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    settings.knowledge_dir.mkdir()
    for source, text in GUIDES.items():
        (settings.knowledge_dir / source).write_text(text, encoding="utf-8")
    with open_watched_library(settings) as library:
        library.sync()
        yield Bot(library.index, library.embedder)


def first(answer: Answer) -> str:
    return answer.citations[0].source if answer.citations else ""


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_question_without_a_country_is_answered_for_the_chosen_one(bot: Bot, code: str) -> None:
    answer = bot.answer(RATE, country=code)
    assert answer.outcome is Outcome.ANSWERED
    assert first(answer) == f"{code}.zh.md"
    assert f"{COUNTRIES[code][2]}%" in answer.text
    assert COUNTRIES[code][0] in answer.standalone_question


def test_it_is_understood_in_the_language_of_the_question(bot: Bot) -> None:
    answer = bot.answer("What is the corporate income tax rate?", country="BR")
    assert first(answer) == "BR.en.md"
    assert "Brazil" in answer.standalone_question


def test_without_a_choice_the_person_is_asked_which_country(bot: Bot) -> None:
    assert bot.answer(RATE).outcome is Outcome.NEEDS_CLARIFICATION


def test_a_question_that_names_another_country_is_answered_for_that_one(bot: Bot) -> None:
    assert first(bot.answer("俄罗斯的企业所得税税率是多少？", country="BR")) == "RU.zh.md"


@pytest.mark.parametrize("question", ["境外投资备案找谁？", "备案通知书几个工作日出具？"])
def test_a_question_about_no_country_is_answered_as_if_none_were_chosen(bot: Bot, question: str) -> None:
    chosen, none = bot.answer(question, country="BR"), bot.answer(question)
    assert (chosen.text, chosen.citations) == (none.text, none.citations)
    assert first(bot.answer(question, country="BR")) == "filing.zh.md"


def test_there_is_the_chosen_country(bot: Bot) -> None:
    assert first(bot.answer("那边的企业所得税呢？", country="RU")) == "RU.zh.md"


def test_a_word_that_only_sounds_like_taking_up_a_question_does_not_lead_to_the_country(bot: Bot) -> None:
    assert first(bot.answer("那个境外投资备案表受理后几个工作日出通知书", country="BR")) == "filing.zh.md"


def test_a_follow_up_stays_in_the_chosen_country(bot: Bot) -> None:
    history = [Turn("user", RATE), Turn("assistant", "34%。")]
    answer = bot.answer("那最低注册资本呢？", history, country="BR")
    assert first(answer) == "BR.zh.md"
    assert "没有最低注册资本" in answer.text


def test_a_conversation_that_turned_to_another_country_stays_there(bot: Bot) -> None:
    history = [Turn("user", "俄罗斯的企业所得税税率是多少？"), Turn("assistant", "25%。")]
    assert first(bot.answer("那最低注册资本呢？", history, country="BR")) == "RU.zh.md"


def test_in_a_conversation_about_a_country_no_rule_of_china_is_taken_for_its_own(bot: Bot) -> None:
    history = [Turn("user", "俄罗斯的最低注册资本是多少？"), Turn("assistant", "没有最低注册资本要求。")]
    assert "15%" not in bot.answer("高新技术企业的企业所得税税率呢？", history).text
    assert "15%" in bot.answer("中国高新技术企业的企业所得税税率呢？", history).text


@pytest.mark.parametrize("about", ["", "tax", "br", "ZZ", "QQ", "EU", "巴西", "x" * 100_000, "{BR}", "\x00"])
def test_what_is_no_country_changes_nothing(bot: Bot, about: str) -> None:
    assert timeless(bot.answer(RATE, country=about)) == timeless(bot.answer(RATE))


def test_without_a_choice_and_a_conversation_a_question_has_one_reading() -> None:
    assert [text for text, _ in readings(RATE, [])] == [RATE]
    assert [text for text, _ in readings(RATE, [], "巴西")] == [f"巴西{RATE}", RATE]


def timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=type(answer.seconds)())


def test_a_country_that_the_folder_has_nothing_on_is_not_answered_with_another(library: WatchedLibrary) -> None:
    answer = Bot(library.index, library.embedder).answer("利润税税率是多少？", country="KZ")
    assert answer.outcome is not Outcome.ANSWERED
