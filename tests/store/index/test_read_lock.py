"""What is being read stays open until it has been read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.index import open_index
from store.index.read_lock import ReadLock, ReadLockClosedError
from tests.support.threads import begun


def test_closing_waits_for_those_who_read_and_lets_nobody_in_after_them() -> None:
    lock = ReadLock()

    def read() -> Iterator[None]:
        with lock.admit():
            yield

    closing = threading.Thread(target=lock.close)
    with begun(read()) as leave:
        closing.start()
        closing.join(0.05)
        assert closing.is_alive()
        leave()
        closing.join(30)
        assert not closing.is_alive()
    with pytest.raises(ReadLockClosedError), lock.admit():
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
