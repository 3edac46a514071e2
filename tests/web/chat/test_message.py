"""An exchange shows what the answer is, what it rests on and what to beware of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from bot.answer import Answer, AnswerWarning, Citation, Mode
from bot.outcomes import QUESTIONS, Outcome
from store.documents import Validity
from text.catalog import STAFF_LANGUAGES
from web.chat.message import RenderContext, exchanges, render_message
from web.i18n import texts
from web.sources.viewer import fingerprint
from web.staff.i18n import words as staff_words

CITATION = Citation(
    number=1,
    source="税收 & 指南.pdf",
    title="俄罗斯税收指南",
    quote="利润税税率为 25%。",
    start=10,
    end=20,
    page=3,
    article="第二条",
    issuer="商务局",
    document_number="钱商〔2026〕1号",
    validity=Validity.SUPERSEDED,
    effective_to=date(2026, 6, 30),
    url="https://example.org/tax",
    language="zh",
)
ANSWER = Answer("税率？", "税率？", "zh", Outcome.ANSWERED, "利润税税率为 25%。[1]", citations=(CITATION,))


def shown(answer: Answer, language: str = "en", running: bool = False) -> BeautifulSoup:
    return BeautifulSoup(render_message(answer, 2, RenderContext(language), running), "html.parser")


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def test_a_card_says_where_the_quote_comes_from_and_whether_it_applies() -> None:
    card = one(shown(ANSWER), ".card")
    text = card.get_text(" ", strip=True)
    for detail in (
        "俄罗斯税收指南",
        "商务局",
        "钱商〔2026〕1号",
        "第二条",
        "Page 3",
        "Superseded",
        "Valid until 2026-06-30",
        "利润税税率为 25%。",
    ):
        assert detail in text


def test_open_leads_to_the_passage_in_the_source() -> None:
    address = urlsplit(str(one(shown(ANSWER), ".place .open")["href"]))
    assert address.path == "source" and address.fragment == "passage"
    assert parse_qs(address.query) == {
        "path": ["税收 & 指南.pdf"],
        "start": ["10"],
        "end": ["20"],
        "page": ["3"],
        "lang": ["en"],
        "seen": [fingerprint(ANSWER.citations[0].quote)],
    }


def test_the_marker_leads_to_the_quote_of_its_own_exchange() -> None:
    page = shown(ANSWER)
    assert one(page, ".words a.marker")["href"] == "#" + str(one(page, ".quote")["id"])


def test_a_quoted_table_row_is_shown_as_a_row() -> None:
    page = shown(replace(ANSWER, citations=(replace(CITATION, quote="| 俄罗斯 | 利润税 | 25% |"),)))
    assert [cell.get_text() for cell in page.select("blockquote td")] == ["俄罗斯", "利润税", "25%"]
    assert "|" not in one(page, "blockquote").get_text()


@pytest.mark.parametrize("field", ["title", "quote", "issuer", "document_number", "article", "source"])
def test_nothing_in_a_citation_becomes_an_element(field: str) -> None:
    hostile: dict[str, Any] = {field: '"><img src=http://evil.example/a.png><script>alert(1)</script>'}
    citation = replace(CITATION, **hostile)
    page = shown(replace(ANSWER, citations=(citation,)))
    assert not page.select("img, script")


def test_an_official_address_that_is_no_web_address_is_not_linked() -> None:
    page = shown(replace(ANSWER, citations=(replace(CITATION, url="javascript:alert(1)"),)))
    assert not page.select(".official")


@pytest.mark.parametrize(
    ("question", "completed", "is_shared_with_those_before"),
    [("怎么备案？", "", False), ("那增值税呢？", "", True), ("税率？", "俄罗斯的税率？", True)],
)
def test_only_a_question_that_continues_or_was_completed_is_shared_with_those_before(
    question: str, completed: str, is_shared_with_those_before: bool
) -> None:
    exchange = one(shown(replace(ANSWER, question=question, standalone_question=completed or question)), ".exchange")
    assert exchange.has_attr("data-leans") == is_shared_with_those_before


def test_words_of_a_model_are_marked_as_such() -> None:
    assert "人工智能生成" in one(shown(replace(ANSWER, mode="model")), ".generated").get_text()
    assert not shown(ANSWER).select(".generated")


@pytest.mark.parametrize("citations", [(), ANSWER.citations])
@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome not in ("answered", "greeting")])
def test_every_other_end_of_a_question_has_one_name_whether_or_not_it_quotes_something(
    outcome: Outcome, citations: tuple[Citation, ...]
) -> None:
    label = one(shown(replace(ANSWER, outcome=outcome, citations=citations), "zh"), ".outcome").get_text()
    assert label == texts("zh")[f"outcome.{outcome.value}"]


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_staff_read_the_outcomes_of_questions_by_the_names_that_companies_read(language: str) -> None:
    for outcome in QUESTIONS:
        assert staff_words(language)[f"outcome.{outcome}"] == texts(language)[f"outcome.{outcome}"]


def test_warnings_stand_apart_from_the_answer() -> None:
    warning = AnswerWarning("not_in_force", "已被替代。")
    page = shown(replace(ANSWER, text=f"> 已被替代。\n\n{ANSWER.text}", warnings=(warning,)))
    assert one(page, ".warnings .not_in_force").get_text(" ", strip=True) == "Not in force 已被替代。"
    assert one(page, ".words").get_text(strip=True) == "利润税税率为 25%。1"


@pytest.mark.parametrize(
    ("asked", "quoted", "said"),
    [
        ("de", "zh", "There is no version of these documents in German: the quotes are in Chinese."),
        ("de", "de", ""),
        ("es", "zh", ""),
        ("de", "", ""),
    ],
    ids=["without words", "quoted in it", "said by the bot", "language unknown"],
)
def test_whoever_asks_in_a_language_without_texts_is_told_in_that_of_the_page(
    asked: str, quoted: str, said: str
) -> None:
    page = shown(replace(ANSWER, language=asked, citations=(replace(CITATION, language=quoted),)))
    assert [each.get_text() for each in page.select(".warnings span")] == ([said] if said else [])


@pytest.mark.parametrize("mode", ["extractive", "curated"])
def test_whoever_asks_in_a_language_without_texts_is_told_if_some_quotes_are_in_another(mode: Mode) -> None:
    quoted = tuple(replace(CITATION, number=number, language=each) for number, each in ((1, "de"), (2, "zh")))
    page = shown(replace(ANSWER, language="de", mode=mode, citations=quoted))
    assert [each.get_text() for each in page.select(".warnings span")] == ["Some quotes are in Chinese."]


def test_an_answer_that_grows_is_announced_when_it_is_whole() -> None:
    growing = replace(ANSWER, text="", citations=(), complete=False)
    assert one(shown(growing, running=True), ".answer")["aria-busy"] == "true"
    assert one(shown(ANSWER), ".answer")["aria-busy"] == "false"


def test_a_stopped_answer_keeps_its_words_and_can_be_asked_again() -> None:
    page = shown(replace(ANSWER, complete=False))
    assert one(page, ".words").get_text(strip=True).startswith("利润税税率为 25%。")
    assert one(page, ".stopped [data-tool=again]").text == texts("en")["tool.ask_again"]
    assert one(page, ".rewrite textarea").text == ANSWER.question, "what is asked again"


def test_warnings_stand_before_the_words_that_they_are_about() -> None:
    warning = AnswerWarning("not_in_force", "已被替代。")
    page = shown(replace(ANSWER, text=f"> 已被替代。\n\n{ANSWER.text}", warnings=(warning,)))
    assert [each["class"][0] for each in page.select(".warnings, .words")] == ["warnings", "words"]


def test_a_question_that_was_completed_shows_how_it_was_understood() -> None:
    assert one(
        shown(replace(ANSWER, question="那巴西呢", standalone_question="巴西的税率？")), ".understood"
    ).text.split() == [
        "Understood",
        "as:",
        "巴西的税率？",
    ]
    assert shown(ANSWER).select(".understood") == []


def test_the_last_answer_suggests_what_to_ask_next_once_it_is_whole() -> None:
    answer = replace(ANSWER, suggestions=("巴西的税率？", "怎么申报？"))
    page = BeautifulSoup(exchanges([answer, answer], RenderContext("zh")), "html.parser")
    buttons = page.select("button[data-event=select]")
    assert [button["data-question"] for button in buttons] == ["巴西的税率？", "怎么申报？"]
    assert one(page, ".further h3").text == texts("zh")["answer.further"]
    assert shown(replace(answer, complete=False)).select(".further") == []


def test_what_is_suggested_is_about_the_country_that_was_asked_about() -> None:
    suggestions = ("尼日利亚的公司税？", "肯尼亚的增值税？", "怎么申报？")
    about = replace(ANSWER, standalone_question="肯尼亚的公司税率？", suggestions=suggestions)
    assert [each.text.strip() for each in shown(about).select(".further button")] == ["肯尼亚的增值税？", "怎么申报？"]


def test_a_question_back_asks_to_choose() -> None:
    answer = replace(ANSWER, outcome=Outcome.NEEDS_CLARIFICATION, suggestions=("巴西税率？",))
    assert one(shown(answer), ".further h3").text == texts("en")["answer.choose"]
