"""Of several processes with one spool, one at a time writes what waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from records.models import now
from records.spool.queue import DELETION, Item, Spool
from records.spool.writer import WriteBehind


@pytest.fixture
def written() -> list[Item]:
    return []


@pytest.fixture
def behind(tmp_path: Path, written: list[Item], monkeypatch: pytest.MonkeyPatch) -> WriteBehind:
    """Writes into a list, and waits for its turn no longer than an instant."""
    monkeypatch.setattr("records.spool.writer.TURN_SECONDS", 0.05)

    def apply(item: Item) -> int:
        written.append(item)
        return 0

    spool = Spool(tmp_path / "spool.sqlite")
    spool.append(Item(DELETION, "", now(), "[]"))
    return WriteBehind(spool, apply)


def test_while_another_process_has_its_turn_nothing_is_written(behind: WriteBehind, written: list[Item]) -> None:
    with FileLock(behind.others.lock_file):
        with pytest.raises(Timeout), behind.turn():
            pass
        assert not behind.write_waiting() and behind.is_away
        assert written == [] and behind.spool.waiting().count == 1
    assert behind.write_waiting() and not behind.is_away
    assert len(written) == 1 and behind.spool.waiting().count == 0


def test_without_a_lock_file_records_are_written_all_the_same(behind: WriteBehind, written: list[Item]) -> None:
    Path(behind.others.lock_file).mkdir()
    assert behind.write_waiting() and len(written) == 1
