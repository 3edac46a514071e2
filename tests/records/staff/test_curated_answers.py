"""The answers of the center are kept, changed, ended and brought back, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine

from records import CuratedAnswer, CuratedSource, CuratedText, Records, RecordsUnavailableError
from records.models import now
from records.staff.curated_answers import AskedWording
from tests.records.conftest import asked

BROKEN = create_engine("sqlite:////nowhere/at/all.sqlite")
ANSWER = CuratedAnswer(
    "a",
    date(2027, 5, 1),
    (CuratedText("zh", "问题？\n另一种问法？", "答\0案 " * 100), CuratedText("en", "Question?", "Answer.")),
    (CuratedSource("b.md", "quote " * 200), CuratedSource("a.md")),
    "王芳",
    "王芳",
)


def test_an_answer_comes_back_as_it_was_written(records: Records) -> None:
    records.curated.keep(ANSWER)
    (kept,) = records.curated.read_all()
    assert kept == replace(ANSWER, texts=(replace(ANSWER.texts[0], answer="答案 " * 100), ANSWER.texts[1]))
    assert kept.question == "问题？"
    assert kept.texts[0].wordings == ("问题？", "另一种问法？")


def test_what_is_changed_counts_at_once_and_keeps_who_wrote_it_first(records: Records) -> None:
    assert records.curated.current() == ()
    records.curated.keep(ANSWER)
    records.curated.keep(replace(ANSWER, texts=ANSWER.texts[1:], sources=(), created_by="Li", changed_by="Li"))
    (kept,) = records.curated.current()
    assert (kept.created_by, kept.changed_by, kept.created_at) == ("王芳", "Li", ANSWER.created_at)
    assert (kept.texts, kept.sources) == (ANSWER.texts[1:], ())


def test_an_answer_is_ended_deleted_and_brought_back(records: Records) -> None:
    records.curated.keep(ANSWER)
    records.curated.end("a", date(2026, 1, 1), "Li")
    assert [(each.until, each.changed_by) for each in records.curated.current()] == [(date(2026, 1, 1), "Li")]
    records.curated.delete("a")
    assert records.curated.current() == ()
    assert records.curated.one("a") is None
    records.curated.restore("a")
    assert [each.id for each in records.curated.current()] == ["a"]


def test_what_is_kept_is_there_even_if_it_was_deleted_before(records: Records) -> None:
    records.curated.keep(ANSWER)
    records.curated.delete("a")
    records.curated.keep(ANSWER)
    assert [each.id for each in records.curated.read_all()] == ["a"]


def test_where_the_records_are_away_the_last_known_answers_count(records: Records) -> None:
    records.curated.keep(ANSWER)
    assert len(records.curated.current()) == 1
    records.close()
    records.curated.database.engine = BROKEN
    records.curated.known.forget()
    assert len(records.curated.current()) == 1


def test_it_is_counted_how_often_each_was_given(records: Records) -> None:
    for reason, mode in (("a", "curated"), ("a", "curated"), ("b", "curated"), ("a", "model")):
        records.keep(asked(mode=mode, reason=reason))
    records.keep(asked(mode="curated", reason="a", asked_at=now() - timedelta(days=91)))
    assert records.curated.uses(now() - timedelta(days=90)) == {"a": 2, "b": 1}


def test_several_are_kept_together_or_not_at_all(records: Records) -> None:
    records.curated.keep(ANSWER, replace(ANSWER, id="b"))
    assert {each.id for each in records.curated.read_all()} == {"a", "b"}
    unstorable = replace(ANSWER, id="d", until=None)  # type: ignore[arg-type]
    with pytest.raises(RecordsUnavailableError):
        records.curated.keep(replace(ANSWER, id="c"), unstorable)
    assert {each.id for each in records.curated.read_all()} == {"a", "b"}


def test_the_questions_that_got_an_answer_are_counted_in_their_words(records: Records) -> None:
    for question, reason in (("甲？", "a"), ("乙？", "a"), ("乙？", "a"), ("丙？", "b")):
        records.keep(asked(mode="curated", reason=reason, question=question))
    records.keep(asked(mode="curated", reason="a", asked_at=now() - timedelta(days=91)))
    since = now() - timedelta(days=90)
    assert records.curated.find_asked_wordings("a", since, 5) == [AskedWording("乙？", 2), AskedWording("甲？", 1)]
    assert records.curated.find_asked_wordings("a", since, 1) == [AskedWording("乙？", 2)]


def test_questions_that_only_came_near_an_answer_are_counted_apart_and_as_they_are_asked_alone(
    records: Records,
) -> None:
    records.keep(asked(mode="curated", reason="a", question="甲？"))
    for question, alone in (("乙？", "乙？"), ("那乙呢？", "乙？"), ("丙？", "")):
        records.keep(asked(mode="extractive", reason="a", question=question, standalone_question=alone))
    since = now() - timedelta(days=90)
    assert (records.curated.uses(since), records.curated.near_misses(since)) == ({"a": 1}, {"a": 3})
    assert records.curated.find_asked_wordings("a", since, 5, is_near=True) == [
        AskedWording("乙？", 2),
        AskedWording("丙？", 1),
    ]
