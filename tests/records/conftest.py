"""Records in a real SQLite file and in a real PostgreSQL, which is started for the tests and thrown away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from records import CitedSource, Exchange, Records, open_records
from tests.support.postgresql import PASSWORD, Cluster

__all__ = ["PASSWORD", "Cluster"]

CITATION = CitedSource(1, "outbound/russia.zh.md", "俄罗斯税制", "in_force", 3, "第二条", "https://example.org/a")


def asked(question: str = "俄罗斯的利润税是多少？", outcome: str = "answered", **values: object) -> Exchange:
    """An exchange as the page gives it."""
    values = {"answer": "25% [1]", "language": "zh", "citations": (CITATION,), "total_seconds": 0.25} | values
    values = {"id": uuid4().hex, "question": question, "outcome": outcome} | values
    return Exchange(**values)  # type: ignore[arg-type]


def come_true(condition: Callable[[], bool], within: float = 60.0) -> None:
    """Waits until something is so."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "It did not come true."
        time.sleep(0.05)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where records may be kept: a file that is not there yet, or an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.sqlite"
    server: Cluster = request.getfixturevalue("cluster")
    return server.new_database()


@pytest.fixture
def open_with(address: str, tmp_path: Path) -> Iterator[Callable[[int], Records]]:
    """Opens the records anew with a retention in days."""
    opened: list[Records] = []

    def start(days: int) -> Records:
        opened.append(open_records(address, days, tmp_path))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def records(open_with: Callable[[int], Records]) -> Records:
    return open_with(180)


def drop_newer_columns(connection: Connection) -> None:
    """Makes the table of exchanges that of a program before they had topics and handles."""
    for index in ("topic", "handle", "counted", "sums"):
        connection.execute(text(f"DROP INDEX ix_exchanges_{index}"))
    for column in ("passages", "topic", "handle"):
        connection.execute(text(f"ALTER TABLE exchanges DROP COLUMN {column}"))
