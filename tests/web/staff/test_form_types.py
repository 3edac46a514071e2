"""Whatever stands in an address, the room answers with a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from records import open_records
from records.spool.queue import TABLES
from tests.records.conftest import address  # noqa: F401
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import empty
from web.staff.form_types import Line, day, tidy_text
from web.staff.pages import LANGUAGE_COOKIE


@pytest.fixture
def clerk(address: str, tmp_path: Path) -> Iterator[TestClient]:  # noqa: F811
    """Somebody who has signed in to an empty room, whose records are in either database."""
    with closing(open_records(address, 30, tmp_path)) as records, empty(records, tmp_path) as room:
        client = StaffDesk(room).client
        client.cookies.delete(LANGUAGE_COOKIE)  # the tests name the language that a browser likes
        yield client


def test_the_start_page_says_how_many_records_wait_for_the_database(clerk: TestClient, tmp_path: Path) -> None:
    assert "waiting for the database" not in clerk.get("/", headers={"accept-language": "en"}).text
    with sqlite3.connect(tmp_path / "spool.sqlite") as spool:
        spool.executescript(TABLES)
        spool.execute("INSERT INTO waiting VALUES (1, 'k', 'exchange', 'x', '2026-11-26T08:00:00+00:00', '{}')")
        spool.execute("INSERT INTO dropped VALUES (1, 12, '2026-11-26T08:30:00+00:00')")
    page = clerk.get("/", headers={"accept-language": "en"}).text
    assert "1 records of company questions have been waiting" in page and "12 records were lost" in page
    page = clerk.get("/", headers={"accept-language": "zh"}).text
    assert "有 1 条记录在本机等待写入" in page and "有 12 条记录因暂存已满而丢失" in page


@pytest.mark.parametrize(
    "path",
    [
        "asked?last=9999-12-31",
        "asked?first=0001-01-01",
        "asked/export.csv?first=0001-01-01&last=9999-12-31",
        "figures?period=own&first=0001-01-01&last=2026-01-01",
        "figures?period=own&first=2000-01-01&last=2000-01-01",
        "figures/report?month=2000-01",
        "validity?days=3660",
        "validity/calendar.ics?days=3660",
        "gaps?days=3650&skip=1000000",
        "asked?text=%00&topic=%00&outcome=%00",
        "log?subject=%00&skip=1000000",
        "gaps?language=%00",
    ],
)
def test_values_out_of_range_are_no_trouble(clerk: TestClient, path: str) -> None:
    assert clerk.get(path).status_code == 200


def test_what_is_not_there_is_missing_whatever_its_name(clerk: TestClient) -> None:
    assert clerk.get("asked/%00").status_code == 404
    assert clerk.get("gaps/%00").status_code == 404


def test_a_line_end_counts_as_one_character_as_it_does_in_the_browser() -> None:
    assert tidy_text("a\r\nb\0") == "a\nb" and tidy_text(1) == 1
    assert TypeAdapter(Line).validate_python("a\r\n" * 100) == "a\n" * 100


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ("2026-11-26", date(2026, 11, 26)),
        ("2000-01-01", date(2000, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
        ("1999-12-31", None),
        ("2101-01-01", None),
        ("2026-02-30", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_one_of_this_century(sent: str | None, known: date | None) -> None:
    assert day(sent) == known
