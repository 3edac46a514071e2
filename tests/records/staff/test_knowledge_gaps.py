"""What was not answered is found, and what was done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from records import GapNote, GapState, Reason, Records
from tests.records.conftest import asked

LONG_AGO = date.today() - timedelta(90)
SHOWING = ("not_in_knowledge_base", "partly_answered", "failed")
NEVER = ("greeting", "blocked", "outside_service")


def note(exchange_id: str, state: GapState, **values: object) -> GapNote:
    return GapNote(exchange_id, state, "王芳", **values)  # type: ignore[arg-type]


def test_what_was_not_answered_or_of_no_use_shows_a_gap_and_nothing_else(records: Records) -> None:
    now = datetime.now(UTC)
    outcomes = "not_in_knowledge_base partly_answered failed answered needs_clarification greeting blocked".split()
    for age, outcome in enumerate(reversed(outcomes)):
        records.keep(asked(outcome, outcome, id=outcome, asked_at=now - timedelta(minutes=age)))
    records.keep(asked("bad", id="bad", asked_at=now - timedelta(1)))
    records.keep(asked("old", "failed", asked_at=now - timedelta(100)))
    for rated in ("bad", "greeting"):
        records.rate(rated, False, Reason.OTHER)
    records.rate("answered", True)
    found = records.gaps.questions(LONG_AGO, SHOWING, NEVER)
    assert [each.exchange.question for each in found] == ["bad", *outcomes[:3]]
    assert [each.is_badly_rated for each in found] == [True, False, False, False]
    assert all(each.is_open and each.note is None for each in found)


def test_answers_on_thin_evidence_show_a_gap_unless_somebody_found_them_useful(records: Records) -> None:
    for name, support in (("sure", 2.0), ("thin", 0.1), ("useful", 0.1), ("unknown", None)):
        records.keep(asked(name, "answered", id=name, support=support))
    records.rate("useful", True)
    found = records.gaps.questions(LONG_AGO, SHOWING, NEVER, 0.4)
    assert [(each.exchange.question, each.is_doubtful, each.exchange.support) for each in found] == [
        ("thin", True, 0.1)
    ]
    assert records.gaps.questions(LONG_AGO, SHOWING, NEVER) == []


def test_a_question_that_was_asked_back_shows_a_gap_if_the_person_left(records: Records) -> None:
    then = datetime.now(UTC) - timedelta(hours=5)
    back = "税率是多少？", "补贴怎么申请？", "VAT rate?", "签证要多久？"
    for question in back:
        records.keep(asked(question, "needs_clarification", asked_at=then, standalone_question=question))
    soon, late = then + timedelta(minutes=5), then + timedelta(hours=2)
    records.keep(asked("巴西税率是多少？", asked_at=soon))  # chosen below the question back
    records.keep(asked("Brazil", asked_at=soon, standalone_question="VAT rate, Brazil"))  # typed
    records.keep(asked("补贴怎么申请", asked_at=soon, standalone_question="补贴怎么申请"))  # the same once more
    records.keep(asked("巴西签证要多久？", asked_at=late))
    records.keep(asked("现在", "needs_clarification"))  # may still go on
    found = records.gaps.questions(LONG_AGO, SHOWING, NEVER, asked_back=("needs_clarification",))
    assert sorted(each.exchange.question for each in found) == ["签证要多久？", "补贴怎么申请？"]
    assert records.gaps.questions(LONG_AGO, SHOWING, NEVER) == []


def test_a_question_that_was_taken_out_of_its_group_stays_out_whatever_is_noted_on_it(records: Records) -> None:
    for name in ("a", "b"):
        records.keep(asked(name, "failed", id=name))
    records.gaps.set_apart(["a", "gone"], True)
    records.gaps.note([note("a", GapState.OPEN)])
    records.gaps.reopen(["a"])

    def apart() -> list[bool]:
        return [each.is_apart for each in records.gaps.questions(LONG_AGO, SHOWING, NEVER)]

    assert apart() == [True, False]
    records.gaps.set_apart(["a"], False)
    assert apart() == [False, False]


def test_what_was_done_is_kept_until_it_is_reopened_or_the_question_goes(records: Records) -> None:
    gaps = records.gaps
    for name in ("a", "b", "c"):
        records.keep(asked(name, "failed", id=name))
    closed = note("a", GapState.CLOSED, source="x.md", outcome="answered", is_cited=True)
    gaps.note([closed, note("b", GapState.OPEN, source="x.md", outcome="failed"), note("gone", GapState.CLOSED)])
    gaps.note([replace(closed, who="Li"), note("c", GapState.IGNORED, reason="r")])
    found = {each.exchange.id: each for each in gaps.questions(LONG_AGO, SHOWING, NEVER)}
    assert found["a"].note == replace(closed, who="Li")
    assert [found[name].is_open for name in "abc"] == [False, True, False]
    gaps.reopen(["a", "c"])
    records.delete(["b"])
    left = gaps.questions(LONG_AGO, SHOWING, NEVER)
    assert [(each.exchange.id, each.note) for each in left] == [("a", None), ("c", None)]
