"""A passage ranks by what exemplars say of its lines, and lower if it is for those who go the other way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.query.exemplars import INBOUND, NEAR, OUTBOUND, TYPICAL, Closeness, fingerprint
from bot.retrieval.scoring import (
    EXEMPLAR_BONUS,
    OTHER_SIDE_DEMOTION,
    adjustments,
    is_about_another_country,
    place_effects,
)
from store.documents import Audience, Metadata
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import query_close_to

DAYS, OFFICE, NEW = "It takes 7 working days.", "The NDRC decides.", "From 2027 on it takes 5 working days."


@pytest.mark.parametrize(
    ("lines", "boost"),
    [((DAYS,), 0.4), ((OFFICE,), -0.3), ((DAYS, OFFICE), 0.4), ((NEW,), 0.0), ((OFFICE, NEW), 0.0), ((DAYS, NEW), 0.4)],
)
def test_the_closest_line_counts_and_one_that_is_not_known_as_a_typical_one(
    lines: tuple[str, ...], boost: float
) -> None:
    question = query_close_to({DAYS: TYPICAL + 0.4, OFFICE: TYPICAL - 0.3})
    effects = dict(adjustments(passage_of("\n\n".join(lines)), question))
    assert effects.get("exemplar", 0.0) == pytest.approx(EXEMPLAR_BONUS * boost)


def test_where_no_exemplar_is_near_a_line_without_one_leads_in_other_documents_than_guides() -> None:
    far, near = (query_close_to({"一行有问题": cosine}) for cosine in (0.58, NEAR))
    unknown = fingerprint("一行没有问题")
    assert far.closeness([unknown], "document") == pytest.approx(NEAR - 0.58)
    assert far.closeness([unknown], "guide") == 0
    assert near.closeness([unknown], "document") == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("side", "audience", "penalty"),
    [
        (INBOUND, "outbound", OTHER_SIDE_DEMOTION),
        (OUTBOUND, "inbound", OTHER_SIDE_DEMOTION),
        (INBOUND, "inbound", 0.0),
        (OUTBOUND, "both", 0.0),
        (0, "inbound", 0.0),
    ],
)
def test_guides_for_those_who_go_the_other_way_rank_lower(side: int, audience: Audience, penalty: float) -> None:
    question = query_close_to({DAYS: 0.9}, side=side)
    effects = dict(place_effects(question, Metadata(title="Guide", audience=audience)))
    assert effects.get("other_side", 0.0) == pytest.approx(-penalty)


@pytest.mark.parametrize("countries", [(), ("CL",)])
def test_documents_on_coming_to_china_stay_where_a_country_is_named_and_the_side_is_unsure(
    countries: tuple[str, ...],
) -> None:
    question = replace(query_close_to({DAYS: 0.9, OFFICE: 0.88}, side=OUTBOUND), countries=countries)
    assert question.is_against("inbound") == pytest.approx(1.0, abs=0.01)
    assert question.exemplars
    question.exemplars.exemplars.sides[1] = INBOUND
    unsure = replace(question, exemplars=Closeness(question.exemplars.exemplars, question.exemplars.cosines))
    assert (unsure.is_against("inbound") > 0) is not bool(countries)


@pytest.mark.parametrize(
    ("countries", "line", "expected"),
    [
        (("BR",), "| Russia | No agreement | full duty |", True),
        (("BR",), "| Brazil (MERCOSUR) | No agreement | full duty |", False),
        (("BR", "RU"), "| Russia | No agreement | full duty |", False),
        (("BR",), "| Certificate | 3 days |", False),
        (("BR",), "Russia has no agreement.", False),
        ((), "| Russia | No agreement | full duty |", False),
    ],
)
def test_a_row_that_begins_with_another_country_is_about_that_one(
    countries: tuple[str, ...], line: str, expected: bool
) -> None:
    passage = replace(passage_of(line), metadata=Metadata(title="Agreements", countries=("BR", "RU")))
    assert is_about_another_country(replace(query_close_to({}), countries=countries), passage, line) is expected
