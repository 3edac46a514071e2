"""Whoever asks the owner of an index reaches that index."""

from __future__ import annotations

import json
import socket
import tempfile
import time
from pathlib import Path
from shutil import copytree

import pytest

from store.index import IndexLockedError, open_index
from store.index.sharing import NotOfferedError, connect_to_owner


def test_two_indexes_that_one_process_owns_do_not_answer_for_each_other(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with open_index(first, "any") as one, open_index(second, "any") as other:
        one.share("name", lambda: "first")
        other.share("name", lambda: "second")
        for folder, name in ((first, "first"), (second, "second")):
            held = connect_to_owner(folder)
            assert held is not None
            assert held.call("name") == name


def test_an_owner_that_is_gone_is_not_reached(tmp_path: Path) -> None:
    with open_index(tmp_path / "index", "any"):
        pass
    assert connect_to_owner(tmp_path / "index") is None


def test_an_owner_of_another_version_is_not_talked_to(tmp_path: Path) -> None:
    with open_index(tmp_path, "any"):
        note = tmp_path / "owner.json"
        note.write_text(json.dumps(json.loads(note.read_text()) | {"protocol": "1"}))
        with pytest.raises(IndexLockedError, match="has another version"), open_index(tmp_path, "any"):
            pass


def test_a_function_that_the_owner_does_not_offer_is_named(tmp_path: Path) -> None:
    with open_index(tmp_path, "any"):
        held = connect_to_owner(tmp_path)
        assert held is not None
        with pytest.raises(NotOfferedError, match="sync"):
            held.call("sync")


def test_an_owner_that_is_frozen_is_not_waited_for(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as place, socket.socket(socket.AF_UNIX) as frozen:
        frozen.bind(f"{place}/s")
        frozen.listen()  # the kernel takes calls for it
        note = {"address": f"{place}/s", "key": "00", "protocol": "3"}
        (tmp_path / "owner.json").write_text(json.dumps(note))
        began = time.monotonic()
        assert connect_to_owner(tmp_path) is None
        assert time.monotonic() - began < 10


def test_who_opens_a_copy_of_a_folder_in_use_leaves_the_owner_of_the_original_its_socket(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    with open_index(original, "any") as one:
        one.share("name", lambda: "original")
        copytree(original, copy)
        with open_index(copy, "any") as other:
            assert other.owned
        held = connect_to_owner(original)
        assert held is not None and held.call("name") == "original"


def test_the_socket_of_a_killed_owner_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "left.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(left))
    (tmp_path / "owner.json").write_text(json.dumps({"address": str(left), "key": "00", "protocol": "3"}))
    with open_index(tmp_path, "any"):
        assert not left.exists()
