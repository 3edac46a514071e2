"""Questions are grouped by what they mean, in each language, and asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.diagnostics.knowledge_gaps import Gap, Vectors, ask_again, group_questions, standalone_question, texts_compared
from bot.pipeline import Bot
from ingest.watcher import open_watched_library
from records import Exchange, PartOutcome, Rating, Unanswered
from settings import Settings

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GUIDES = {
    "zh": "# 墨西哥\n\n墨西哥增值税的一般税率为16%。\n",
    "en": "# Storage\n\nGoods may stay in the warehouse for 12 months.\n",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    place = tmp_path_factory.mktemp("gaps")
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    settings.knowledge_dir.mkdir()
    for name, text in GUIDES.items():
        (settings.knowledge_dir / f"{name}.md").write_text(text, encoding="utf-8")
    with open_watched_library(settings) as library:
        library.sync()
        yield Bot(library.index, library.embedder)


def question(text: str, hours: float = 0, language: str = "zh", **values: object) -> Unanswered:
    exchange = Exchange(f"{text}{hours}", text, "failed", language=language, asked_at=NOW + timedelta(hours=hours))
    return Unanswered(Exchange(**{**vars(exchange), **values}))  # type: ignore[arg-type]


def of(bot: Bot, *questions: Unanswered, is_encoded: bool = True) -> list[list[str]]:
    vectors = Vectors(bot.embedding_model).of(texts_compared(questions), lambda done, total: None)
    found = group_questions(questions, vectors if is_encoded else {})
    return [[each.exchange.question for each in gap.questions] for gap in found]


def test_paraphrases_come_together_and_other_languages_and_countries_stay_apart(bot: Bot) -> None:
    one, same, other = "墨西哥公司所得税几个点", "墨西哥企业所得税税率是多少？", "波兰公司所得税几个点"
    asked = [question(one), question("钱塘区有国际学校吗", 1), question(same, 2), question(other, 3)]
    assert of(bot, *asked, question(one, 4, "en")) == [[one, same], ["钱塘区有国际学校吗"], [other], [one]]


def test_beside_another_embedding_model_only_the_same_words_are_alike(bot: Bot) -> None:
    same, other = "墨西哥公司所得税几个点", "墨西哥企业所得税税率是多少？"
    assert of(bot, question(same), question(other), question(same, 1), is_encoded=False) == [[same, same], [other]]


def test_a_question_is_read_once(bot: Bot) -> None:
    vectors, told = Vectors(bot.embedding_model), []
    vectors.of(["一", "二", "一"], lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert vectors.of(["二"], lambda done, total: None)["二"] is vectors.known["二"]


def test_a_gap_is_found_by_each_of_its_questions() -> None:
    gap = Gap(tuple(question(str(number)) for number in range(4)))
    assert gap.holds(gap.questions[2].exchange.handle)


def test_a_gap_is_named_by_what_people_typed_most_and_not_by_what_leans_on_something() -> None:
    follow_up = question("那增值税呢", standalone_question="墨西哥增值税是多少")
    typed = ("墨西哥 增值税 多少", "墨西哥增值税率？", "墨西哥 增值税  多少")
    gap = Gap((follow_up, *(question(text, hours) for hours, text in enumerate(typed, 1))))
    assert gap.wordings == ["墨西哥 增值税 多少", "墨西哥增值税率？", "那增值税呢"]
    assert gap.title == "墨西哥 增值税 多少" and Gap((follow_up,)).title == "那增值税呢"


def test_questions_on_two_taxes_of_a_country_stay_apart(bot: Bot) -> None:
    one, other = "墨西哥增值税税率是多少？", "墨西哥所得税税率是多少？"
    assert of(bot, question(one), question(other, 1)) == [[one], [other]]


def test_a_later_question_is_alike_only_if_what_was_typed_is_alike_as_well(bot: Bot) -> None:
    price = "How much does the multi-function hall cost for a full working day, and how many people fit?"
    deposit, same = "What is the deposit for the multi-function hall?", "What is the deposit for renting the hall?"
    later = question(deposit, 1, "en", standalone_question=f"{price[:-1]}, {deposit}")
    again = question(same, 2, "en", standalone_question=f"{price[:-1]}, {same}")
    assert of(bot, question(price, language="en"), later, again) == [[deposit, same], [price]]
    full, hall = "会展中心多功能厅工作日全天多少钱，能坐多少人？", "多功能厅押金多少钱？"
    assert of(bot, question(full), question(hall, 1)) == [[full], [hall]]


def test_a_doubtful_answer_closes_only_with_better_evidence(bot: Bot) -> None:
    text = "墨西哥增值税税率是多少？"
    doubtful = question(text, outcome="answered", support=0.1)
    assert doubtful.is_doubtful
    (again,) = ask_again(bot, [doubtful], "zh.md")
    assert again.is_answered and again.answer.support and again.answer.support > 0


def test_an_answer_closes_a_gap_only_from_the_chosen_document(bot: Bot) -> None:
    text = "墨西哥增值税税率是多少？"
    bad = question(text, rating=Rating("x", useful=False))
    for source, closed in (("zh.md", [True, True]), ("en.md", [False, False]), ("", [True, False])):
        found = list(ask_again(bot, [question(text), bad], source))
        assert [each.is_answered for each in found] == closed
        assert [each.is_cited for each in found] == [source == "zh.md"] * 2
    (unknown,) = ask_again(bot, [question("火星的房产税怎么收")], "zh.md")
    assert not unknown.is_answered


def test_of_a_message_of_several_questions_the_gap_is_what_was_not_answered(bot: Bot) -> None:
    parking, tax = "钱塘区停车怎么收费？", "墨西哥企业所得税税率是多少？"
    told = (PartOutcome(tax, is_answered=True), PartOutcome(parking, is_answered=False))
    several = question(f"{tax}{parking}", 1, parts=told)
    texts = [standalone_question(each.exchange) for each in (question(parking), several)]
    assert texts == [parking, parking]
    vectors = Vectors(bot.embedding_model).of(texts, lambda done, total: None)
    (gap,) = group_questions([question(parking), several], vectors)
    assert gap.wordings == [parking]
    half = question(
        "会展中心多功能厅多少钱？能坐多少人？",
        parts=(PartOutcome("多少钱？", True), PartOutcome("能坐多少人？", False)),
    )
    other = question("下沙礼堂多少钱？能坐多少人？", 1, parts=half.exchange.parts)
    assert standalone_question(half.exchange) == half.exchange.question, "alone it says not of which hall"
    assert of(bot, half, other) == [[half.exchange.question], [other.exchange.question]]
    unanswered = question(f"{tax}{parking}", parts=tuple(PartOutcome(each, False) for each in (tax, parking)))
    assert standalone_question(unanswered.exchange) == f"{tax}{parking}"
