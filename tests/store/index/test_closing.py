"""An index that is closed gives back what it took: files, sockets and threads."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from store.index import IndexReleasedError, RecipeChangedError, open_index
from store.index.sharing import connect_to_owner

ROOT = Path(__file__).resolve().parents[3]
DESCRIPTORS = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")
TIMES = 200


def held() -> tuple[int, int]:
    """The descriptors and the threads of this process."""
    return len(list(DESCRIPTORS.iterdir())), threading.active_count()


def settled(most: tuple[int, int]) -> tuple[int, int]:
    """What is held once the threads that were sent away have gone, which takes a moment on a busy machine."""
    deadline = time.monotonic() + 30
    while not all(now <= then for now, then in zip(held(), most, strict=True)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return held()


def use(folder: Path) -> None:
    """Opens an index, asks it from two threads and from outside, and closes it."""
    with open_index(folder, "recipe") as own:
        asking = threading.Thread(target=own.index.candidates, args=(["税"], None, 5))
        asking.start()
        asking.join()
        assert own.index.fingerprints() == {}
        remote = connect_to_owner(folder)
        assert remote is not None
        assert remote.index.chunk_count() == 0


@pytest.mark.parametrize("same", [True, False])
def test_an_index_opened_and_closed_many_times_leaves_no_descriptor_and_no_thread(tmp_path: Path, same: bool) -> None:
    use(tmp_path / "first")
    before = settled(held())
    for number in range(TIMES if same else 30):
        use(tmp_path / ("first" if same else str(number)))
    after = settled(before)
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1]


def test_a_thread_that_still_asks_while_the_index_is_closed_keeps_nothing_open(tmp_path: Path) -> None:
    before = held()
    opened, leave = threading.Event(), threading.Event()

    def ask() -> None:
        with open_index(tmp_path, "recipe") as own:
            index = own.index
            index.fingerprints()
        opened.set()
        leave.wait(60)

    asking = threading.Thread(target=ask)
    asking.start()
    assert opened.wait(60)
    assert settled((before[0], before[1] + 1))[0] <= before[0] + 1, "a thread that lives on holds a connection"
    leave.set()
    asking.join()


def test_an_index_that_does_not_open_is_given_back(tmp_path: Path) -> None:
    use(tmp_path)
    for _ in range(2):
        with pytest.raises(RecipeChangedError) as kept, open_index(tmp_path, "another"):
            pass
    assert kept, "its traceback, as long as it lives, must not hold the lock"
    use(tmp_path)


def test_an_index_of_another_recipe_leaves_nothing_open(tmp_path: Path) -> None:
    use(tmp_path)
    before = settled(held())
    for _ in range(20):
        with pytest.raises(RecipeChangedError), open_index(tmp_path, "another"):
            pass
    assert settled(before)[0] <= before[0]


def test_a_closed_index_is_not_written_any_more(tmp_path: Path) -> None:
    with open_index(tmp_path, "recipe") as own:
        index = own.index
    with pytest.raises(IndexReleasedError):
        index.remove("a.md")


def test_who_asks_through_the_owner_learns_that_it_has_closed(tmp_path: Path) -> None:
    with open_index(tmp_path, "recipe"):
        remote = connect_to_owner(tmp_path)
        assert remote is not None
        assert remote.index.fingerprints() == {}
    with pytest.raises((EOFError, ConnectionError)):
        remote.index.fingerprints()


READER = """
import os, sys
from pathlib import Path
from store.index import open_index
counts = []
for _ in range(60):
    with open_index(Path(sys.argv[1]), "recipe") as held:
        assert not held.owned
        held.index.fingerprints()
    counts.append(len(os.listdir(sys.argv[2])))
print(counts[5], counts[-1])
"""


def test_another_process_that_comes_and_goes_leaves_nothing_open_on_either_side(tmp_path: Path) -> None:
    with open_index(tmp_path, "recipe"):
        arguments = [sys.executable, "-c", READER, str(tmp_path), str(DESCRIPTORS)]
        first = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
        before = settled(held())
        second = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
        after = settled(before)
    for told in (first, second):
        start, end = map(int, told.stdout.split())
        assert end <= start, told.stderr
    assert after[0] <= before[0] + 2, "each of the 60 openings left something"
    assert after[1] <= before[1]


def test_an_index_can_be_deleted_and_made_anew_in_the_same_process(tmp_path: Path) -> None:
    for _ in range(2):
        use(tmp_path)
        for each in sorted(tmp_path.rglob("*"), reverse=True):
            each.rmdir() if each.is_dir() else each.unlink()
    assert not list(tmp_path.iterdir())
