"""One process syncs at a time, and another takes over when it dies, freezes or leaves."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest

from store.index import Index
from store.index.database import leadership
from store.index.database.address import read_address
from store.index.database.leadership import Leadership
from store.index.sharing import open_shared
from tests.conftest import ROOT
from tests.support.postgresql import Cluster
from tests.support.processes import freeze
from tests.support.vectors import MemoryVectors, held_in

HOLDER = """
import sys, time
from contextlib import nullcontext
from store.index.database.address import read_address
from store.index.database.leadership import Leadership
print(Leadership(read_address(sys.argv[1]), nullcontext).is_held(), flush=True)
time.sleep(600)
"""
TAKEOVER_SECONDS = 10


@pytest.fixture
def url(cluster: Cluster) -> str:
    return cluster.new_database()


@contextmanager
def holder(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the right."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def seconds_until(holds: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("is_killed", [True, False])
def test_another_takes_over_within_ten_seconds_from_a_holder_that_is_killed_or_frozen(
    url: str, is_killed: bool
) -> None:
    with holder(url) as process:
        other = Leadership(read_address(url), nullcontext)
        assert not other.is_held()
        if is_killed:
            process.kill()
        else:
            freeze(process.pid)
        assert seconds_until(other.is_held) < TAKEOVER_SECONDS
        other.close()


def test_who_leaves_or_loses_the_connection_has_it_no_more_and_ends_what_it_began(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "TRY_SECONDS", 0.05)
    inside: list[str] = []

    @contextmanager
    def leading() -> Iterator[None]:
        inside.append("leads")
        yield
        inside.remove("leads")

    with ExitStack() as stack:
        one, other = (Leadership(read_address(url), leading) for _ in range(2))
        stack.callback(one.close)
        stack.callback(other.close)
        assert one.is_held() and not other.is_held() and inside == ["leads"]
        assert one.connection is not None
        one.connection.raw._usock.close()  # the network goes
        one.connection.close()
        seconds_until(lambda: one.is_held() != other.is_held())
        holder, follower = (one, other) if one.is_held() else (other, one)
        holder.close()
        assert not holder.is_held()
        seconds_until(follower.is_held)
        assert inside == ["leads"]
    assert inside == []


def test_one_that_could_not_begin_to_sync_lets_another_and_goes_on_trying(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leadership, "TRY_SECONDS", 0.05)
    tries = 0

    @contextmanager
    def leading() -> Iterator[None]:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise RuntimeError("no place for a socket")
        yield

    own = Leadership(read_address(url), leading)
    assert not own.is_held()
    seconds_until(own.is_held)
    own.close()
    assert caplog.text.count("cannot sync the folder now. no place for a socket") == 1


def test_who_leaves_ends_what_is_being_written_before_another_may_write(url: str, tmp_path: Path) -> None:
    server, writes, may_end = read_address(url), threading.Event(), threading.Event()
    with held_in(MemoryVectors), ExitStack() as stack:
        index = Index(tmp_path, "any", None, server)
        handle = stack.enter_context(contextmanager(open_shared)(tmp_path, index, server))
        assert handle.leads()

        def write() -> None:
            with index.turn():
                writes.set()
                may_end.wait(60)

        threads = [threading.Thread(target=each) for each in (write, stack.pop_all().close)]
        threads[0].start()
        writes.wait(60)
        threads[1].start()
        other = Leadership(server, nullcontext)
        assert not other.is_held()
        time.sleep(0.1)
        assert handle.leads()
        may_end.set()
        for each in threads:
            each.join(60)
        seconds_until(other.is_held)
        other.close()
