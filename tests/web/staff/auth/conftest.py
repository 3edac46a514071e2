"""A room whose door alone is tried, with hashes that cost little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from records import Records
from tests.web.staff.conftest import empty
from web.staff.context import StaffContext
from web.staff.identity import password


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real hashes that take next to no time."""
    hash_with(monkeypatch, 8)


def hash_with(monkeypatch: pytest.MonkeyPatch, kibibytes: int) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=kibibytes, parallelism=1)
    monkeypatch.setattr("web.staff.identity.password.hasher", lambda: quick)
    password.nobodys.cache_clear()


@pytest.fixture
def room(records: Records, tmp_path: Path) -> Iterator[StaffContext]:
    with empty(records, tmp_path) as room:
        yield room
