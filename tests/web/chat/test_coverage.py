"""The page says what is covered: at a glance at the start, and where a country is not, in the refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.answer import Answer, AnswerWarning, add_warning
from bot.outcomes import Outcome
from bot.query.countries import countries
from tests.support.scripted import Offered
from text.catalog import SERVICE_LANGUAGES
from web.chat.coverage import describe_coverage
from web.chat.message import RenderContext, render_message
from web.i18n import texts

QUESTION = "肯尼亚的企业所得税税率是多少？"
WARNING = AnswerWarning("uncovered", "资料没有收录肯尼亚当地的规定。")
REFUSED = add_warning(Answer(QUESTION, QUESTION, "zh", Outcome.NOT_IN_KNOWLEDGE_BASE, "没有依据。"), WARNING)


def test_a_refusal_about_an_uncovered_country_names_it_once_and_what_is_covered() -> None:
    page = BeautifulSoup(render_message(REFUSED, 1, RenderContext("zh", starters=Offered())), "html.parser")
    [note] = page.select(".coverage")
    assert note.select("p")[0].get_text(" ", strip=True) == "已收录：巴西、俄罗斯。"
    assert str(page).count(WARNING.text) == 1
    assert str(page).index(WARNING.text) < str(page).index("已收录") < str(page).index("没有依据。")


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_it_offers_what_holds_everywhere(language: str) -> None:
    found = describe_coverage(REFUSED, Offered(), language)
    words = texts(language)
    outbound = [words[f"direction.outbound.question.{number}"] for number in range(1, 5)]
    assert found
    offered = [each.question for each in found.everywhere]
    assert offered == [each for each in outbound if set(countries(each)) <= {"CN"}] != []


@pytest.mark.parametrize(
    "answer",
    [
        replace(REFUSED, outcome=Outcome.ANSWERED),
        replace(REFUSED, warnings=()),
    ],
    ids=["answered", "none is missing"],
)
def test_nothing_is_said_of_countries_where_none_is_missing(answer: Answer) -> None:
    assert describe_coverage(answer, Offered(), "zh") is None
