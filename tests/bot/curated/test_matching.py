"""Two questions in the same words are not the same where who does what to whom is another."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from bot.curated.matching import judged
from bot.curated.normalise import wording
from bot.pipeline import Bot
from bot.query.query import understand
from bot.retrieval.hybrid_search import typical_similarities
from evals.curated import WORDINGS
from records import CuratedAnswer, CuratedSource, CuratedText
from tests.bot.curated.test_answers import is_used

CASES = [json.loads(line) for line in WORDINGS.read_text(encoding="utf-8").splitlines()]
SWAPPED = [(case["question"], other) for case in CASES for other in case.get("swapped", ())]


@pytest.mark.parametrize(("question", "swapped"), SWAPPED)
def test_a_question_with_its_roles_swapped_is_another(bot: Bot, question: str, swapped: str) -> None:
    for one, other in ((question, swapped), (swapped, question)):
        asked = understand(one, "", bot.index, bot.meaning)
        assert judged(asked, other, bot.meaning, typical_similarities(asked, bot.index)) != "same"


def test_the_answer_to_the_opposite_question_is_not_given(bot: Bot) -> None:
    loan = CuratedText("zh", "母公司借钱给子公司要收利息吗？", "要收。")
    day = date(2026, 11, 25) + timedelta(days=90)
    answer = CuratedAnswer("loan", day, (loan,), (CuratedSource("outbound/russia.zh.md"),))
    assert is_used(bot, "请问母公司借钱给子公司要收利息吗", answer)
    assert not is_used(bot, "子公司借钱给母公司要收利息吗？", answer)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("需要什么材料：办境外投资备案", "办境外投资备案需要什么材料？"),
        ("要多久办外国人工作许可", "外国人工作许可办理要多长时间？"),
        ("By when must the report be filed?", "When must the report be filed by?"),
        ("Which documents do we need for the MOFCOM filing?", "Documents needed for a MOFCOM filing?"),
    ],
)
def test_what_asks_may_stand_before_or_after_all_else(one: str, other: str) -> None:
    assert wording(one) == wording(other)


def test_who_sues_is_not_who_is_sued() -> None:
    assert wording("Can a company be sued?") != wording("Can a company sue?")
    assert wording("公司被员工起诉怎么办") != wording("公司把员工起诉怎么办")
