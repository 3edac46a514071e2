"""Checks of the records database, and of the accounts and keys in it."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.checks.problem import Problem, error, note
from ingest.doctor.machine import clock
from ingest.doctor.written import is_loopback
from records import WrongRecordsUrlError, find_orphaned
from records.database_state import NewerRecordsError
from records.engine import open_engine, read_server_address
from records.expiry import LONGEST_GAP
from records.models import now
from records.reaching import database_trouble, last_expiry, staff_of
from settings import Settings
from store.index.database.address import postgres_server


def database_problems(settings: Settings) -> Iterator[Problem]:
    """An unreachable, damaged or newer database, and an unusable address."""
    url = settings.records_address
    if not settings.records_url.get_secret_value():
        postgres_server(settings)  # raises for an address that is none, by the name of its setting
    try:
        cause = database_trouble(open_engine(url, settings.data_dir))
    except (WrongRecordsUrlError, NewerRecordsError) as wrong:
        yield Problem("records", "error", wrong.message)
        return
    if cause:
        code = "doctor.database_away" if url else "doctor.records_damaged"
        yield error("records", code, cause=cause, file=settings.data_dir / "records.sqlite")
        return
    yield from find_unverified_servers(settings)
    yield from clock_ahead(settings)
    yield from staff_problems(settings)


def find_unverified_servers(settings: Settings) -> Iterator[Problem]:
    """A database on another machine whose certificate is not checked."""
    url = settings.records_address
    servers = [postgres_server(settings), None if not url or url.startswith("sqlite") else read_server_address(url)]
    for host in {each.host for each in servers if each and not (each.is_verified or each.unix_sock)}:
        if not is_loopback(host):
            yield note("records", "doctor.database_unverified", host=host)


def clock_ahead(settings: Settings) -> Iterator[Problem]:
    """A clock that may have been set forward, so that old records are kept for now."""
    last, moment = last_expiry(open_engine(settings.records_address, settings.data_dir)), now()
    if last and moment - last > LONGEST_GAP:
        yield note("records", "doctor.clock_ahead", now=clock(moment.timestamp()), time=clock(last.timestamp()))


def staff_problems(settings: Settings) -> Iterator[Problem]:
    """API keys of former administrators; approval with fewer than two active accounts."""
    accounts, keys = staff_of(open_engine(settings.records_address, settings.data_dir))
    former = find_orphaned(keys, accounts)
    for key in keys:
        if key.id in former:
            yield note("records", "doctor.key_of_former", key=key.name, name=key.created_by)
    if settings.approval == "on" and sum(each.is_enabled and each.is_used for each in accounts) < 2:
        yield note("records", "doctor.approval_alone")
