"""Questions outside the service and vague ones are told by their vector; of another model's vectors nothing is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.query.query import understand
from bot.query.question_kind import OUTSIDE as OUTSIDE_ODDS
from bot.query.question_kind import VAGUE as VAGUE_ODDS
from bot.query.question_kind import QuestionKind, kind_odds
from store.embeddings import BUNDLED_MODEL

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
    ("kind", "own", "least"), [(QuestionKind.OUTSIDE, OUTSIDE, OUTSIDE_ODDS), (QuestionKind.VAGUE, VAGUE, VAGUE_ODDS)]
)
def test_questions_of_a_kind_are_told(bot: Bot, kind: QuestionKind, own: tuple[str, ...], least: float) -> None:
    assert [each for each in own if odds(bot, each, kind) <= least] == []


@pytest.mark.parametrize("question", NEITHER)
def test_a_question_on_the_subject_is_neither_outside_nor_asked_back_if_it_is_answered_well(
    bot: Bot, question: str
) -> None:
    query = understand(question, "", bot.index, bot.embedding_model)
    assert not query.is_outside(is_answered=False) and not query.is_vague(support=2.5)


def test_the_more_supports_an_answer_the_vaguer_a_question_has_to_be_to_be_asked_back(bot: Bot) -> None:
    query = replace(
        understand("多少钱", "", bot.index, bot.embedding_model), kinds={QuestionKind.VAGUE: VAGUE_ODDS + 3.0}
    )
    assert not replace(query, text="东盟要什么材料？").is_vague(support=-2.0), "a region is named"
    assert query.is_vague(support=-2.0) and query.is_vague(support=1.0) and not query.is_vague(support=2.0)
    maybe = replace(query, kinds={QuestionKind.VAGUE: VAGUE_ODDS + 0.1})
    assert maybe.is_vague(support=0.0) and not maybe.is_vague(support=0.5)
    assert not replace(query, kinds={QuestionKind.VAGUE: VAGUE_ODDS - 0.1}).is_vague(support=-2.0)


def test_a_vector_of_another_model_tells_nothing() -> None:
    vector = np.ones(384, np.float32)
    assert set(kind_odds(vector, BUNDLED_MODEL)) == set(QuestionKind)
    assert kind_odds(vector, "another-model") == {}
    assert kind_odds(np.empty(0, np.float32), BUNDLED_MODEL) == {}
