"""The process that holds the vectors may be stuck, be killed or start again: questions go on, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from store.index.index import Index
from store.index.vector_store import Vectors
from store.vector_worker import Supervisor, VectorsUnavailableError, supervisor
from tests.support.forked_workers import STARTED_ALONE
from tests.support.processes import freeze

ROOT = Path(__file__).resolve().parents[3]
KEYS = [f"a:{number}" for number in range(20)]


def some_vectors() -> np.ndarray:
    found = np.random.default_rng(5).normal(size=(len(KEYS), 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def started_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are on workers as the app starts them."""
    monkeypatch.setattr(Supervisor, "start", STARTED_ALONE)


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    opened = Vectors(tmp_path / "vectors")
    opened.add(KEYS, some_vectors())
    yield opened
    opened.close()


def worker(vectors: Vectors) -> int:
    assert vectors.worker.process
    return vectors.worker.process.pid


def finds(vectors: Vectors) -> bool:
    with suppress(VectorsUnavailableError):
        return next(iter(vectors.nearest(some_vectors()[3], 5))) == "a:3"
    return False


def wait_for_meaning(vectors: Vectors) -> None:
    deadline = time.monotonic() + 60
    while not finds(vectors):
        assert time.monotonic() < deadline, "meaning is not found again"
        time.sleep(0.05)


def test_a_question_does_not_wait_for_a_worker_that_is_stuck_and_the_next_not_at_all(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "QUESTION_SECONDS", 0.2)
    freeze(worker(vectors))
    before = worker(vectors)
    with pytest.raises(VectorsUnavailableError):
        vectors.nearest(some_vectors()[0], 5)
    monkeypatch.setattr(supervisor, "QUESTION_SECONDS", 1000)
    with pytest.raises(VectorsUnavailableError):
        vectors.nearest(some_vectors()[0], 5)
    assert vectors.worker.trouble()
    os.kill(before, signal.SIGCONT)
    wait_for_meaning(vectors)
    assert worker(vectors) == before, "what was only slow is not ended"
    assert not vectors.worker.trouble()


def test_a_worker_that_stays_stuck_is_ended_and_started_again(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WORK_SECONDS", 0.5)
    before = worker(vectors)
    freeze(before)
    with pytest.raises(VectorsUnavailableError):
        vectors.add(["b:0"], some_vectors()[:1])
    monkeypatch.setattr(supervisor, "WORK_SECONDS", 60)
    wait_for_meaning(vectors)
    assert worker(vectors) != before
    assert vectors.keys() == set(KEYS)


def test_a_write_larger_than_the_line_holds_is_ended_too_where_the_worker_is_stuck(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WORK_SECONDS", 0.5)
    freeze(worker(vectors))
    many = np.repeat(some_vectors(), 5_000, axis=0)
    with pytest.raises(VectorsUnavailableError):
        vectors.add([f"c:{number}" for number in range(len(many))], many)


def test_a_worker_that_was_killed_starts_again_with_all_that_was_stored(vectors: Vectors) -> None:
    os.kill(worker(vectors), signal.SIGKILL)
    wait_for_meaning(vectors)
    assert vectors.count() == len(KEYS)
    assert vectors.is_suspect
    assert not vectors.check()


def test_many_ask_and_write_at_once(vectors: Vectors) -> None:
    failed: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for turn in range(20):
                assert "a:3" in vectors.nearest(some_vectors()[3], 60)
                vectors.add([f"{name}:{turn}"], some_vectors()[:1])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert vectors.count() == len(KEYS) + 120


def test_vectors_that_are_none_are_refused(vectors: Vectors) -> None:
    for wrong in (np.zeros((1, 16), np.float32), np.full((1, 16), np.nan, np.float32)):
        with pytest.raises(ValueError, match="without length"):
            vectors.add(["d:0"], wrong)


def test_the_worker_ends_with_a_process_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from store.index.vector_store import Vectors\n"
        "opened = Vectors(Path(sys.argv[1])); opened.count(); print(opened.worker.process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "vectors")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    freeze(child)  # as one that is stuck and hears nothing
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while is_alive(child):
        assert time.monotonic() < deadline, "the worker outlives its parent"
        time.sleep(0.05)
    parent.stdout.close()


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_an_index_that_is_opened_and_closed_leaves_nothing_behind(tmp_path: Path) -> None:
    def left() -> tuple[int, int, int]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return len(os.listdir("/proc/self/fd")), threading.active_count(), len(children)  # noqa: PTH208

    def open_and_close() -> None:
        index = Index(tmp_path / "index", "any")
        index.documents()
        index.close()

    open_and_close()
    before = left()
    for _ in range(200):
        open_and_close()
    assert left() == before


def test_all_keys_are_listed_however_many_there_are(tmp_path: Path) -> None:
    vectors, many = Vectors(tmp_path / "vectors"), [f"a:{number}" for number in range(6_000)]
    try:
        vectors.add(many, np.tile(np.float32([0.6, 0.8]), (len(many), 1)))
        assert vectors.keys() == set(many)
    finally:
        vectors.close()
