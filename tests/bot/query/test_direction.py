"""What stands around names, and the exemplars, tell whether a question is about China or about another country."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.direction import (
    FEATURES,
    SURE_INBOUND,
    SURE_OUTBOUND,
    context_features,
    direction_odds,
    in_direction,
    lead_of_china,
    load_direction,
)
from bot.query.exemplars import INBOUND, OUTBOUND, Closeness, Exemplars, closeness
from bot.query.query import SURE_SIDE
from store.embeddings import Embedder

ABOUT_CHINA = (
    "Can a Saudi company own 100% of a company in Qiantang without a Chinese partner?",
    "هل يمكن لشركة إماراتية أن تملك 100% من شركة في تشيانتانغ بدون شريك صيني؟",
    "Somos exportadora de café do Brasil. dá pra ter empresa 100% nossa em Hangzhou sem sócio chinês?",
    "越南公司在钱塘生产卖货，开发票增值税几个点",
    "我们是沙特公司，杭州子公司给我们分红，中国扣多少税？",
    "We are a company from Russia; how much does China withhold on dividends from our Hangzhou subsidiary?",
    "Мы компания из России. Сколько Китай удержит с дивидендов нашего завода в Ханчжоу?",
    "نحن شركة من مصر، كم تستقطع الصين من أرباح شركتنا في هانغتشو؟",
)
ABOUT_THE_OTHER_COUNTRY = (
    "Can a Hangzhou company own 100% of a company in Dubai?",
    "cuánto se queda el fisco de Bolivia cuando mandamos plata a la casa matriz en China?",
    "杭州公司去巴西开厂要交什么税",
    "我们在杭州的公司投资越南，企业所得税多少",
    "Perusahaan kami di Hangzhou mau ekspansi ke Malaysia, pajak perusahaan berapa?",
    "沙特子公司给中国母公司分红，当地要扣多少税？",
    "How much does Egypt withhold on dividends our subsidiary pays to its Chinese parent?",
    "Somos empresa chinesa com fábrica no Brasil. Quanto se paga ao remeter lucros para a China?",
)


@pytest.mark.parametrize(
    ("question", "side"),
    [(each, INBOUND) for each in ABOUT_CHINA] + [(each, OUTBOUND) for each in ABOUT_THE_OTHER_COUNTRY],
)
def test_a_question_that_names_another_country_is_about_it_or_about_china(
    remembering_embedder: Embedder, question: str, side: int
) -> None:
    close = closeness(remembering_embedder.question_vector(question))
    assert close is not None
    found = in_direction(question, close).side
    assert found > SURE_SIDE if side == INBOUND else found < -SURE_SIDE / 2, "some exemplars are about either"


def test_of_a_question_that_may_be_about_either_nothing_is_said(remembering_embedder: Embedder) -> None:
    question = "中国和巴西的股息税多少"
    close = closeness(remembering_embedder.question_vector(question))
    assert close is not None and in_direction(question, close) is close


@pytest.mark.parametrize("question", ["How long does the NDRC filing take?", "What is the VAT in Hangzhou?", ""])
def test_of_a_question_that_names_no_other_country_nothing_is_said(question: str) -> None:
    assert context_features(question) == []


def test_who_comes_from_a_country_is_told_from_who_goes_there() -> None:
    """By the words around the names alone, without exemplars."""
    model = load_direction()
    coming, going = (
        direction_odds(context_features(text), 0.0, model) for text in ("Sou brasileiro", "Vamos investir no Brasil")
    )
    assert coming > SURE_INBOUND > SURE_OUTBOUND > going


def test_the_lead_of_china_is_that_of_its_closest_exemplar() -> None:
    sides = np.array([INBOUND, OUTBOUND, OUTBOUND], np.int8)
    exemplars = Exemplars(np.eye(3, dtype=np.float32), {}, np.array([], np.int32), np.zeros(3, np.int16), sides)
    close = Closeness(exemplars, np.array([0.6, 0.9, 0.1], np.float32))
    assert lead_of_china(close) == pytest.approx(-0.3)
    assert in_direction("What is the VAT in Hangzhou?", close) is close


@given(st.text(max_size=80), st.sampled_from(["Brazil", "巴西", "Россия", "İran", "السعودية"]))
def test_any_text_has_features_within_the_weights(text: str, country: str) -> None:
    numbers = context_features(f"{text} {country} {text}")
    assert numbers == sorted(set(numbers))
    assert all(0 <= each < FEATURES for each in numbers)
