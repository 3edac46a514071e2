"""A question is understood with the conversation that it is asked in."""

from __future__ import annotations

import numpy as np
import pytest

from bot.query.conversation import keep_place
from bot.query.countries import HOME, countries
from bot.query.query import Query


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
