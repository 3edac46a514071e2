"""Questions outside, vague ones and those without a country are told by their vectors; beside another model none is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.query.query import understand
from bot.query.question_kind import OUTSIDE as OUTSIDE_ODDS
from bot.query.question_kind import PLACELESS as PLACELESS_ODDS
from bot.query.question_kind import VAGUE as VAGUE_ODDS
from bot.query.question_kind import QuestionKind, kind_odds

OUTSIDE = (
    "写一首诗",
    "今天天气怎么样",
    "how to evade taxes",
    "a recipe for cake",
    "расскажи анекдот",
    "假发票在哪里买",
)
VAGUE = (
    "要准备什么材料？",
    "How long does it take?",
    "Quanto custa?",
    "Куда обращаться?",
    "我们想办那个备案，要多少钱",
)
PLACELESS = (
    "老板在杭州，我们在国外的厂给他分红，要先扣多少税",
    "our owner is a firm in China and lent us money, what do we hold back from the interest?",
    "o dono daqui é chinês, quanto de imposto a firma paga sobre o lucro?",
    "учредитель у нас в Китае, сколько удержать с дивидендов",
    "شركتنا هنا مالكها صيني، كم الضريبة على الأرباح؟",
    "two engineers from the Chinese parent come to us for half a year, which visa do they need here?",
)
NEITHER = (
    "反洗钱有什么要求",
    "anti-bribery rules for companies in Brazil",
    "俄罗斯增值税怎么申报",
    "work permit for a German engineer in Hangzhou",
    "发改委备案要几个工作日",
)


def odds(bot: Bot, question: str, kind: QuestionKind) -> float:
    return understand(question, "", bot.index, bot.embedding_model).kinds[kind]


@pytest.mark.parametrize(
    ("kind", "own", "least"),
    [
        (QuestionKind.OUTSIDE, OUTSIDE, OUTSIDE_ODDS),
        (QuestionKind.VAGUE, VAGUE, VAGUE_ODDS),
        (QuestionKind.PLACELESS, PLACELESS, PLACELESS_ODDS),
    ],
)
def test_questions_of_a_kind_are_told(bot: Bot, kind: QuestionKind, own: tuple[str, ...], least: float) -> None:
    assert [each for each in own if odds(bot, each, kind) <= least] == []


@pytest.mark.parametrize("question", NEITHER)
def test_a_question_on_the_subject_is_neither_outside_nor_asked_back_if_it_is_answered_well(
    bot: Bot, question: str
) -> None:
    query = understand(question, "", bot.index, bot.embedding_model)
    assert not query.is_outside(is_answered=False) and not query.is_vague(support=2.5)
    assert not query.is_placeless(support=2.5)


def test_the_more_supports_an_answer_the_vaguer_a_question_has_to_be_to_be_asked_back(bot: Bot) -> None:
    query = replace(
        understand("多少钱", "", bot.index, bot.embedding_model), kinds={QuestionKind.VAGUE: VAGUE_ODDS + 3.0}
    )
    assert not replace(query, text="东盟要什么材料？").is_vague(support=-2.0), "a region is named"
    assert query.is_vague(support=-2.0) and query.is_vague(support=1.0) and not query.is_vague(support=2.0)
    maybe = replace(query, kinds={QuestionKind.VAGUE: VAGUE_ODDS + 0.1})
    assert maybe.is_vague(support=0.0) and not maybe.is_vague(support=0.5)
    assert not maybe.is_vague(support=0.0, is_beyond_guides=True), "of other documents' matters the kinds know less"
    assert not replace(query, kinds={QuestionKind.VAGUE: VAGUE_ODDS - 0.1}).is_vague(support=-2.0)


def test_vectors_of_another_model_tell_nothing() -> None:
    vector, encoded = np.ones(384, np.float32), np.ones(256, np.float32)
    assert set(kind_odds("?", vector, encoded)) == set(QuestionKind)
    assert kind_odds("?", vector, None) == {}
    assert kind_odds("?", np.empty(0, np.float32), encoded) == {}
