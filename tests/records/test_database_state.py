"""A program that meets records of a newer one refuses them, and a change of the tables that is killed is made again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from records import Records, RecordsUnavailableError, open_records
from records.database_state import VERSION, StateRow
from tests.conftest import ROOT
from tests.records.conftest import asked, come_true, drop_newer_columns
from tests.support.commands import called

KILLED = """
import os, signal, sys
from itertools import count
from pathlib import Path
from sqlalchemy import Engine, event
from records import open_records

address, folder, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
changes = count(1)

@event.listens_for(Engine, "after_cursor_execute")
def kill(connection, cursor, statement, *_):
    if statement.lstrip().startswith(("ALTER", "CREATE")) and next(changes) == last:
        os.kill(os.getpid(), signal.SIGKILL)

open_records(address, 180, folder)
"""


def version(records: Records) -> int | None:
    with records.database.session() as session:
        return session.scalar(select(StateRow.version))


def test_records_of_a_newer_program_are_not_touched_and_new_ones_wait(address: str, tmp_path: Path) -> None:
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
        with records.database.session() as session:
            session.execute(update(StateRow).values(version=VERSION + 1))
    with open_records(address, 0, tmp_path / "own") as nothing_is_kept, pytest.raises(RecordsUnavailableError):
        nothing_is_kept.exchanges()
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
        with pytest.raises(RecordsUnavailableError, match=f"newer version of the program.* knows {VERSION}"):
            records.exchanges()
        assert records.waiting().count == 1
    told = called("records", "list", ASSISTANT_RECORDS_URL=address, ASSISTANT_DATA_DIR=str(tmp_path))
    assert told.returncode == 1 and "Install the newer version" in told.stderr and "Traceback" not in told.stderr


@pytest.mark.parametrize("change", [1, 4])
def test_a_kill_while_the_tables_change_loses_nothing(address: str, tmp_path: Path, change: int) -> None:
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked())
        with records.database.engine.begin() as connection:
            drop_newer_columns(connection)
            connection.execute(delete(StateRow))
    command = [sys.executable, "-c", KILLED, address, str(tmp_path), str(change)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    with open_records(address, 180, tmp_path) as records:
        records.keep(asked(topic="tax"))
        come_true(lambda: records.waiting().count == 0)
        assert sorted(each.topic for each in records.exchanges()) == ["", "tax"]
        assert version(records) == VERSION
