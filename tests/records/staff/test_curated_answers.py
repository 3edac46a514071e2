"""The answers of the center are kept, changed, ended and brought back, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import create_engine

from records import CuratedAnswer, CuratedSource, CuratedText, Records
from records.models import now
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
    (kept,) = records.curated.all()
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
    assert [each.id for each in records.curated.all()] == ["a"]


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
