"""A file is replaced at one moment, and what stops that leaves it as it was with nothing beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.atomic_file import replace


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    replace(path, b"old")
    path.chmod(0o640)
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("owner", [os, Path])
def test_where_there_is_no_room_it_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(owner, "fsync" if owner is os else "replace", full)
    with pytest.raises(OSError, match="No space"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
