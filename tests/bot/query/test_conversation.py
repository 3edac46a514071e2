"""A question is understood with the conversation that it is asked in."""

from __future__ import annotations

import numpy as np
import pytest

from bot.query.conversation import in_conversation, keep_place
from bot.query.countries import HOME, countries
from bot.query.exemplars import closeness
from bot.query.query import Query
from store.embeddings import Embedder


def query(text: str, asked: str = "") -> Query:
    named = countries(text)
    hosts = tuple(country for country in named if country != HOME)
    return Query(text, "en", np.zeros(0, np.float32), {}, hosts, HOME in named, asked=asked or text)


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
    (first, worth), (alone, preference) = keep_place([(joined, 0.0), (query(question), -1.5)])
    assert alone.countries == about
    assert alone.is_abroad == first.is_abroad == (about == ("CU",))
    assert (worth, preference) == (0.0, -1.5)


def test_a_first_question_stays_as_it_is() -> None:
    asked = query("How high is the VAT?")
    assert keep_place([(asked, 0.0)]) == [(asked, 0.0)]


def test_exemplars_are_close_to_a_later_question_as_to_what_it_adds_and_alone_as_to_any(
    remembering_embedder: Embedder,
) -> None:
    def read(text: str, asked: str) -> Query:
        vector, _ = remembering_embedder.embed_query(text)
        close = closeness(remembering_embedder.question_vector(text))
        return Query(text, "en", vector, {}, (), asked=asked, exemplars=close)

    before, asked = "How long does the NDRC filing take?", "And what if we forget it?"
    whole = f"{before} {asked}"
    readings, completed = [(read(whole, asked), 0.0), (read(asked, asked), -1.5)], [(read(whole, asked), 0.0)]
    (joined, _), (alone, _), (complete, _) = in_conversation(readings, completed, before, remembering_embedder)
    own, asked_alone = readings[0][0].exemplars, readings[1][0].exemplars
    earlier = closeness(remembering_embedder.question_vector(before))
    assert joined.exemplars and own and asked_alone and earlier
    assert joined.exemplars.cosines == pytest.approx(own.going_on(asked_alone, earlier).cosines)
    assert (alone.exemplars, complete.exemplars) == (asked_alone, completed[0][0].exemplars)
    assert in_conversation(readings, completed, "", remembering_embedder) == [*readings, *completed]
