"""Runs all checks of an installation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from ingest.checks.problem import Problem, error
from ingest.doctor.database import database_problems
from ingest.doctor.endpoints import endpoint_problems, proxy_problems
from ingest.doctor.index import index_problems, lock_problems
from ingest.doctor.machine import clock_problems, disk_problems, rights_problems, version_problems
from ingest.doctor.written import settings_problems
from settings import Settings, SettingsError
from text.messages import message_of

CHECKS: dict[str, Callable[[Settings], Iterator[Problem]]] = {
    "settings": settings_problems,
    "versions": version_problems,
    "rights": rights_problems,
    "disk": disk_problems,
    "clock": clock_problems,
    "locks": lock_problems,
    "index": index_problems,
    "records": database_problems,
    "endpoints": endpoint_problems,
    "proxies": proxy_problems,
}
"""Checks by name, in the order in which their problems should be fixed."""


def examine(settings: Settings) -> dict[str, list[Problem]]:
    """Problems of each check, by its name; takes at most some seconds per endpoint.

    An unusable setting is named once, however many checks it stops.
    """
    found: dict[str, list[Problem]] = {}
    for name, check in CHECKS.items():
        known = {each.text for problems in found.values() for each in problems}
        found[name] = [each for each in careful(name, check, settings) if each.text not in known]
    return found


def careful(name: str, check: Callable[[Settings], Iterator[Problem]], settings: Settings) -> Iterator[Problem]:
    """Yields the problems of one check; its failure becomes a problem too."""
    try:
        yield from check(settings)
    except SettingsError as wrong:
        yield Problem(name, "error", message_of(wrong))
    except (OSError, EOFError, sqlite3.Error) as broken:
        yield error(name, "doctor.check_failed", cause=getattr(broken, "strerror", None) or broken)
