"""What the list shows, in which order, and how well each file was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records import AuditEntry
from store.documents import Metadata, Quality, Validity
from store.index import Entry
from text.messages import message
from web.staff.documents.filter import AT_ONCE, ORDERS, ListQuery
from web.staff.documents.overview import Row, last_change
from web.staff.documents.quality import Grade, grade

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def entry(number: int = 0, chunks: int = 3, quality: Quality | None = None, **metadata: object) -> Entry:
    known = Metadata(title=f"Guide {number}", **metadata)  # type: ignore[arg-type]
    return Entry(f"guides/{number}.pdf", known, quality or Quality(pages=10), (), chunks, True)


def row(number: int, **metadata: object) -> Row:
    return Row(entry(number, number, **metadata), Validity.IN_FORCE, "", Grade("good"), (), NOON)


def test_a_long_list_comes_in_pages_which_hold_each_document_once() -> None:
    rows = [row(number) for number in range(250)]
    asked = ListQuery(sort="-passages")
    shown = [
        each for skip in (0, 100, 200) for each in ListQuery(sort="-passages", skip=skip).page(asked.order_rows(rows))
    ]
    assert [each.entry.chunks for each in shown] == list(reversed(range(250)))
    assert len(asked.page(asked.order_rows(rows))) == AT_ONCE


def titled(title: str, language: str) -> Row:
    known = replace(entry(), metadata=Metadata(title=title, language=language))
    return Row(known, Validity.IN_FORCE, "", Grade("good"), (), NOON)


@pytest.mark.parametrize(
    ("sort", "language", "shown"),
    [
        ("title", "zh", ["巴西指南", "越南指南", "Brazil", "Ásia"]),
        ("-title", "zh", ["越南指南", "巴西指南", "Ásia", "Brazil"]),
        ("title", "pt", ["Ásia", "Brazil", "巴西指南", "越南指南"]),
    ],
)
def test_a_clerk_finds_the_titles_of_the_own_language_first(sort: str, language: str, shown: list[str]) -> None:
    rows = [titled("越南指南", "zh"), titled("Brazil", "en"), titled("巴西指南", "zh"), titled("Ásia", "pt")]
    assert [each.entry.metadata.title for each in ListQuery(sort=sort).order_rows(rows, language)] == shown


@pytest.mark.parametrize("column", ORDERS)
def test_each_column_sorts_one_way_and_the_other(column: str) -> None:
    asked = ListQuery(text="a b", sort="title", skip=100)
    assert asked.by(column) == f"folder?text=a+b&sort={'-' if column == 'title' else ''}{column}"
    assert (ListQuery(sort=column).direction(column), ListQuery(sort=f"-{column}").direction(column)) == (
        "ascending",
        "descending",
    )


def test_filters_go_together_and_what_is_for_both_is_shown_for_each() -> None:
    rows = [row(1, audience="both", countries=("RU",)), row(2, audience="inbound"), row(3, audience="outbound")]
    found = [each.source for each in rows if ListQuery(audience="outbound").allows(each)]
    assert found == ["guides/1.pdf", "guides/3.pdf"]
    assert [each.source for each in rows if ListQuery(audience="outbound", country="RU").allows(each)] == [
        "guides/1.pdf"
    ]
    assert [each.source for each in rows if ListQuery(text="GUIDE 3").allows(each)] == ["guides/3.pdf"]


@pytest.mark.parametrize(
    ("quality", "chunks", "step"),
    [
        (Quality(pages=10), 3, "good"),
        (Quality(pages=10, garbled=0.004), 3, "good"),
        (Quality(pages=10, garbled=0.02), 3, "look"),
        (Quality(pages=10, garbled=0.2), 3, "bad"),
        (Quality(pages=10, empty_pages=1), 3, "look"),
        (Quality(pages=10, empty_pages=5), 3, "bad"),
        (Quality(pages=10, ocr_pages=10), 3, "look"),
        (Quality(notes=(message("sheet.hidden", title="A"),)), 3, "look"),
        (Quality(notes=(message("file.converted"),)), 3, "good"),
        (Quality(pages=2, notes=(message("page.corrected", page=2, who="王芳", day="2026-11-25"),)), 3, "good"),
        (Quality(), 0, "bad"),
    ],
)
def test_the_quality_of_a_document_in_three_steps(quality: Quality, chunks: int, step: str) -> None:
    found = grade(entry(0, chunks, quality))
    assert found.step == step
    assert bool(found.reasons) == (step != "good")


def test_a_scan_that_somebody_reviewed_is_good() -> None:
    assert grade(entry(0, 3, Quality(pages=2, ocr_pages=2), reviewed_on=NOON.date())).step == "good"


def test_a_change_is_named_after_who_made_it_here_and_not_after_who_made_the_one_before() -> None:
    noted = AuditEntry("王芳", "document.edited", "a.md", at=NOON)
    assert last_change(NOON.timestamp() + 2, noted) == (NOON + timedelta(seconds=2), "王芳")
    assert last_change(NOON.timestamp() - 3600, noted) == (NOON, "王芳")
    assert last_change(NOON.timestamp() + 3600, noted) == (NOON + timedelta(hours=1), "")
    assert last_change(NOON.timestamp(), None) == (NOON, "")
