"""A question is understood with the conversation that it is asked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.query.conversation import goes_abroad, in_conversation, keep_place, keep_subject
from bot.query.countries import HOME, countries
from bot.query.exemplars import INBOUND, OUTBOUND, closeness
from bot.query.query import Query
from store.embeddings import Embedder


def query(text: str, asked: str = "") -> Query:
    named = countries(text)
    hosts = tuple(country for country in named if country != HOME)
    return Query(text, "en", np.zeros(0, np.float32), {}, hosts, HOME in named, asked=asked or text)


def told(readings: Sequence[Query]) -> list[tuple[object, ...]]:
    """What readings say, without vectors, which `==` does not compare."""
    return [(each.text, each.asked, each.countries, each.is_abroad, id(each.exemplars)) for each in readings]


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("And the VAT?", ("CU",)),
        ("And the VAT in Bolivia?", ("BO",)),
        ("And the VAT in China?", ()),
        ("What if we come to Qiantang?", ()),
    ],
)
def test_a_question_that_names_no_place_stays_with_the_country_of_the_one_before(
    question: str, about: tuple[str, ...]
) -> None:
    joined = query(f"Which profit tax does a joint venture pay in Cuba, {question}", question)
    first, alone = keep_place([joined, query(question)])
    assert alone.countries == about
    assert alone.is_abroad == first.is_abroad == (about == ("CU",))


def test_a_first_question_stays_as_it_is() -> None:
    asked = query("How high is the VAT?")
    assert told(keep_place([asked])) == told([asked])


def test_exemplars_are_close_to_a_later_question_as_to_what_it_adds_and_alone_as_to_any(
    remembering_embedder: Embedder,
) -> None:
    def read(text: str, asked: str) -> Query:
        vector, _ = remembering_embedder.embed_query(text)
        close = closeness(remembering_embedder.question_vector(text))
        return Query(text, "en", vector, {}, (), asked=asked, exemplars=close)

    before, asked = "How long does the NDRC filing take?", "And which papers does the bank want to see?"
    whole = f"{before} {asked}"
    readings, completed = [read(whole, asked), read(asked, asked)], [read(whole, asked)]
    earlier = closeness(remembering_embedder.question_vector(before))
    joined, alone = keep_subject(readings, earlier)
    *_, complete = in_conversation(readings, completed, earlier)
    own, asked_alone = readings[0].exemplars, readings[1].exemplars
    assert joined.exemplars and own and asked_alone and earlier
    assert joined.exemplars.cosines == pytest.approx(own.going_on(asked_alone, earlier).cosines)
    assert alone.exemplars is asked_alone and complete.exemplars is completed[0].exemplars
    assert told(in_conversation(readings, completed, None)) == told([*readings, *completed])


@pytest.mark.parametrize(("asked", "is_of_the_whole"), [("How many days?", True), ("How many days in Egypt?", False)])
def test_a_later_question_that_names_nothing_has_the_exemplars_of_the_whole(
    remembering_embedder: Embedder, asked: str, is_of_the_whole: bool
) -> None:
    before = "Where do we file an investment in Egypt?"
    texts = (f"{before} {asked}", asked)
    close = [closeness(remembering_embedder.question_vector(each)) for each in (*texts, before)]
    readings = [
        replace(query(text, asked), exemplars=own, countries=("EG",))
        for text, own in zip(texts, close[:2], strict=True)
    ]
    joined, alone = keep_subject(readings, close[2])
    assert (alone.exemplars is joined.exemplars) is is_of_the_whole


@pytest.mark.parametrize(
    ("before", "host", "is_abroad"),
    [("杭州公司去越南海防建厂，找哪个部门？", "VN", True), ("我们是巴西公司，想在钱塘设厂", "BR", False)],
)
def test_a_company_from_here_that_goes_abroad_asks_on_about_the_country_that_it_goes_to(
    remembering_embedder: Embedder, before: str, host: str, is_abroad: bool
) -> None:
    asked = "利润税多少"
    earlier = closeness(remembering_embedder.question_vector(before))
    joined, alone = keep_place([query(f"{before} {asked}", asked), query(asked)], goes_abroad(earlier))
    assert joined.countries == alone.countries == (host,)
    assert joined.is_abroad == alone.is_abroad == goes_abroad(earlier) == is_abroad


@pytest.mark.parametrize(
    ("question", "about"),
    [("And what is deducted when profits go to China?", ("CU",)), ("And in Hangzhou?", ())],
)
def test_china_as_where_profits_go_leaves_a_conversation_that_is_surely_about_going_abroad_where_it_is(
    question: str, about: tuple[str, ...]
) -> None:
    joined = query(f"Which profit tax does our joint venture pay in Cuba, {question}", question)
    _, alone = keep_place([joined, query(question)], is_abroad=True)
    assert alone.countries == about


@pytest.mark.parametrize(
    ("before", "question", "side"),
    [
        ("Quero abrir uma empresa em Qiantang, quais são os passos?", "how long does it take?", INBOUND),
        ("境外投资备案找哪个部门？", "how long does it take?", OUTBOUND),
        ("Quero abrir uma empresa em Qiantang, quais são os passos?", "how long does it take in Vietnam?", 0),
    ],
)
def test_a_question_that_names_nothing_stays_on_the_side_of_the_one_before_in_any_language(
    remembering_embedder: Embedder, before: str, question: str, side: int
) -> None:
    def read(text: str) -> Query:
        close = closeness(remembering_embedder.question_vector(text))
        return replace(query(text, question), exemplars=close)

    earlier = closeness(remembering_embedder.question_vector(before))
    readings = in_conversation([read(f"{before} {question}"), read(question)], [], earlier)
    for each in readings:
        assert each.exemplars is not None
        others = each.exemplars.cosines[each.exemplars.exemplars.sides == -side]
        assert (others == -1.0).all() == (side != 0)
