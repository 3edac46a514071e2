"""One process syncs at a time, and another takes over when it dies, freezes or leaves."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext

import pytest

from store.index.database import leadership
from store.index.database.address import read_address
from store.index.database.leadership import Leadership
from tests.conftest import ROOT
from tests.support.postgresql import Cluster
from tests.support.processes import freeze

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
