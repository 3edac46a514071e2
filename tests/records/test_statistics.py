"""The numbers agree with what was kept, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from records import AuditEntry, CitedSource, Days, Filter, PersonRequest, Ratings, Reason, Records, Statistics, Thumb
from records.models import now
from records.queries import start_of
from tests.records.conftest import CITATION, asked

TODAY = date.today()
YESTERDAY = TODAY - timedelta(1)
WEEK = Days(TODAY - timedelta(6), TODAY)
OTHER = CitedSource(2, "inbound/visa.en.md", "Visa")
ANSWERED = ("answered", "partly_answered")


@pytest.fixture
def statistics(records: Records) -> Statistics:
    """Two questions of today, two of yesterday, one of eight days ago, all asked around noon."""
    exchanges = [
        asked(citations=(CITATION, OTHER, replace(CITATION, number=3)), topic="tax", total_seconds=4.0, mode="model"),
        asked("无人知道", "not_in_knowledge_base", language="en", citations=(), topic="visa", total_seconds=1.0),
        asked(outcome="partly_answered", total_seconds=3.0, mode="model"),
        asked("无人知道", "not_in_knowledge_base", citations=(), total_seconds=2.0),
        asked("早先", total_seconds=9.0),
    ]
    for number, (exchange, ago) in enumerate(zip(exchanges, (0, 0, 1, 1, 8), strict=True)):
        moment = start_of(TODAY - timedelta(ago)) + timedelta(hours=12)
        records.keep(replace(exchange, id=str(number), asked_at=moment))
    records.rate("0", False, Reason.WRONG_FIGURE)
    records.rate("1", False)
    records.rate("2", True)
    records.rate("4", True)
    records.ask_person(PersonRequest("1", "李", "123", now()))
    return records.statistics


def test_questions_are_counted_by_day_and_outcome(statistics: Statistics) -> None:
    assert statistics.daily(WEEK, ()) == {
        (TODAY, "answered"): 1,
        (TODAY, "not_in_knowledge_base"): 1,
        (YESTERDAY, "partly_answered"): 1,
        (YESTERDAY, "not_in_knowledge_base"): 1,
    }
    assert sum(statistics.daily(WEEK.before(), ()).values()) == 1


def test_a_day_is_one_of_this_machines_time_zone(records: Records) -> None:
    """The first and the last moment of a day belong to it, whatever they are in UTC."""
    for number, moment in enumerate((start_of(TODAY), start_of(TODAY) - timedelta(microseconds=1))):
        records.keep(replace(asked(), id=str(number), asked_at=moment))
    counts = records.statistics.daily(Days(TODAY, TODAY), ())
    assert counts == {(TODAY, "answered"): 1}


def test_languages_and_topics_are_counted_for_some_outcomes(statistics: Statistics) -> None:
    assert statistics.traits(WEEK, "language", ()) == {"zh": 3, "en": 1}
    assert statistics.traits(WEEK, "topic", ANSWERED) == {"": 1, "tax": 1}


def test_seconds_come_by_mode_the_shortest_first(statistics: Statistics) -> None:
    assert statistics.seconds(WEEK, ()) == {"model": [3.0, 4.0], "": [1.0, 2.0]}


def test_ratings_and_requests_are_those_of_the_days(statistics: Statistics) -> None:
    assert statistics.ratings(WEEK) == Ratings(1, 2, {"": 1, "wrong_figure": 1})
    assert statistics.ratings(Days(YESTERDAY, YESTERDAY)) == Ratings(1, 0, {})
    assert statistics.requests(WEEK) == 1
    assert statistics.requests(WEEK.before()) == 0


def test_an_answer_that_cites_a_document_twice_counts_once(statistics: Statistics) -> None:
    assert statistics.count_citations(WEEK, ANSWERED) == {CITATION.source: 2, OTHER.source: 1}
    assert statistics.citing(WEEK, ANSWERED, [CITATION.source, OTHER.source]) == 2
    assert statistics.citing(WEEK, ANSWERED, [OTHER.source]) == 1
    assert statistics.citing(WEEK, ANSWERED, []) == 0


def test_questions_without_an_answer_are_found_with_how_often(statistics: Statistics) -> None:
    assert statistics.questions(WEEK, "not_in_knowledge_base", 5) == {"无人知道": 2}
    assert statistics.useless(WEEK, 5) == [("俄罗斯的利润税是多少？", "wrong_figure"), ("无人知道", "")]


def test_what_the_staff_did_is_counted(records: Records) -> None:
    audit = records.audit
    for action in ("document.edited", "signed.in", "document.edited"):
        audit.note(AuditEntry("王芳", action))
    audit.note(AuditEntry("王芳", "document.edited", at=now() - timedelta(8)))
    assert records.statistics.changes(WEEK) == {"document.edited": 2, "signed.in": 1}


def test_days_before_are_as_many() -> None:
    assert WEEK.before() == Days(TODAY - timedelta(13), TODAY - timedelta(7))
    assert len(WEEK) == len(WEEK.each()) == 7


@pytest.fixture
def filled(records: Records) -> Records:
    """Two of today, at its beginning and its end, one of the last moment of yesterday."""
    last = start_of(TODAY) - timedelta(milliseconds=1)
    end = start_of(TODAY + timedelta(1)) - timedelta(seconds=1)
    records.keep(asked("a", id="a", topic="tax", asked_at=start_of(TODAY)))
    records.keep(asked("b", "failed", id="b", language="en", asked_at=end))
    records.keep(asked("c", id="c", topic="tax", asked_at=last))
    records.rate("c", False, Reason.OTHER, "旧")
    return records


def test_each_kind_is_counted_the_most_frequent_first(filled: Records) -> None:
    found = filled.statistics.counts(Filter())
    assert found.total == 3
    assert found.outcomes == (("answered", 2), ("failed", 1))
    assert found.languages == (("zh", 2), ("en", 1))
    assert found.topics == (("tax", 2), ("", 1))
    assert found.days == ((TODAY, 2), (YESTERDAY, 1))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(first=TODAY),
        Filter(last=YESTERDAY),
        Filter(topic="tax", language="zh"),
        Filter(rated=Thumb.NOT_USEFUL),
        Filter(rated=Thumb.NONE),
        Filter(rating_reason=Reason.OTHER),
        Filter(text="旧"),
        Filter(text="nowhere"),
    ],
)
def test_as_many_are_counted_as_are_listed(filled: Records, wanted: Filter) -> None:
    listed = filled.exchanges(wanted)
    found = filled.statistics.counts(wanted)
    assert found.total == sum(count for _, count in found.days) == len(listed)
    assert {day for day, _ in found.days} == {each.asked_at.astimezone().date() for each in listed}
