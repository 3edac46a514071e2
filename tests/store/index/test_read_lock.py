"""What is being read stays open until it has been read."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from store.index import open_index
from store.index.read_lock import ReadLock, ReadLockClosedError


def test_closing_waits_for_those_who_read_and_lets_nobody_in_after_them() -> None:
    lock, inside, leave = ReadLock(), threading.Event(), threading.Event()

    def read() -> None:
        with lock.open():
            inside.set()
            assert leave.wait(30)

    reader, closing = threading.Thread(target=read), threading.Thread(target=lock.close)
    reader.start()
    assert inside.wait(30)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()
    leave.set()
    for each in (reader, closing):
        each.join(30)
        assert not each.is_alive()
    with pytest.raises(ReadLockClosedError), lock.open():
        pass


def test_an_index_that_is_closed_while_threads_read_it_says_so(tmp_path: Path) -> None:
    ended: list[Exception] = []
    with open_index(tmp_path / "index", "recipe") as own:

        def read() -> None:
            try:
                while True:
                    own.index.chunk_count()
            except ReadLockClosedError as error:
                ended.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for each in threads:
            each.start()
    for each in threads:
        each.join(30)
    assert len(ended) == len(threads)
