"""A setting that cannot be used is refused with what to do, and is not repeated: it may hold a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from records import WrongRecordsUrlError, open_records
from records.engine import read_server_address
from tests.records.conftest import asked
from text.messages import sentences

SECRET = "hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "address",
    [
        "records.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:records?mode=memory&uri=true",
        "sqlite+aiosqlite:///records.sqlite",
        f"mysql://asker:{SECRET}@host/name",
        f"postgresql+psycopg://asker:{SECRET}@host/name",
        f"postgresql+pg8000://asker:{SECRET}@host:port/name",
        f"postgresql+pg8000://asker:{SECRET}@host/name?sslmode=prefer",
        f"postgresql+pg8000://asker:{SECRET}@host/name?sslmode=verify-full&sslrootcert=/no/such/file",
        f"postgresql+pg8000://:{SECRET}@host/name",
        f"postgresql+pg8000//{SECRET}",
        f"nonsense+{SECRET}://",
    ],
)
def test_an_address_of_another_form_is_refused_with_the_right_ones(address: str) -> None:
    with pytest.raises(WrongRecordsUrlError) as refusal:
        open_records(address, 180)
    assert "ASSISTANT_RECORDS_URL" in str(refusal.value) and "postgresql://user:password@host" in str(refusal.value)
    assert SECRET not in str(refusal.value)
    told = refusal.value.message.say(sentences("zh"))
    assert "请写成 sqlite:////folder/records.sqlite 或 postgresql://" in told and SECRET not in told


@pytest.mark.parametrize("address", ["postgres://a:b@h/n", "postgresql://a:b@h/n", "postgresql+pg8000://a:b@h/n"])
def test_the_usual_ways_to_write_postgresql_are_understood(address: str) -> None:
    found = read_server_address(address)
    assert (found.user, found.host, found.port, found.database) == ("a", "h", 5432, "n")


def test_an_empty_address_is_a_file_in_the_data_folder_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "数据 100%20?#@:"
    with open_records("", 180, folder) as records:
        records.keep(asked())
        assert (folder / "records.sqlite").stat().st_size > 0
