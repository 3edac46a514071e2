"""Check of the database of the records."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.checks.problem import Problem, error
from records import WrongRecordsUrlError
from records.engine import open_engine
from records.reaching import database_trouble
from settings import Settings
from store.messages import as_it_is


def database_problems(settings: Settings) -> Iterator[Problem]:
    """A database that is away or damaged, and an address that cannot be used."""
    url = settings.records_address
    try:
        cause = database_trouble(open_engine(url, settings.data_dir))
    except WrongRecordsUrlError as wrong:
        yield Problem("records", "error", as_it_is(str(wrong)))
        return
    if cause:
        code = "doctor.database_away" if url else "doctor.records_damaged"
        yield error("records", code, cause=cause, file=settings.data_dir / "records.sqlite")
