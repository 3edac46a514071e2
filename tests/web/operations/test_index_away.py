"""The index on PostgreSQL while that is gone, frozen, cut off or slow: people hear so in words, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from records import Records, open_records
from store.embeddings import Embedder
from store.index.database import pool
from tests.records.conftest import come_true
from tests.store.index.test_postgresql import GUIDES, fill, opened
from tests.support.postgresql import Cluster
from tests.support.slow_server import SlowServer, before
from tests.web.conftest import behind
from web.chat.answering import stream_answers
from web.chat.conversation_state import pending
from web.chat.feedback import keep_exchange
from web.context import ChatContext

QUESTION, FIGURE, SORRY = "发改委备案要几天？", "7个工作日", "暂时无法回答"
READ_SECONDS, FREE = 4.0, 6
"""Time limit of the database here, which is ten otherwise, and its connections that nobody uses."""
TOLD_SECONDS = 4 * READ_SECONDS
"""Seconds within which a person hears that it is away: two time limits, on a busy machine four."""


@dataclass(frozen=True)
class Place:
    """A service whose index and records are on one PostgreSQL server, which is reached through a network."""

    service: ChatContext
    records: Records
    network: SlowServer
    cluster: Cluster

    def ask(self) -> tuple[Answer, float]:
        """The whole answer, which is kept, and its seconds."""
        started = time.monotonic()
        *_, last = stream_answers(self.service, pending(QUESTION, "zh"), (), "zh")
        keep_exchange(self.records, last, "zh", "page")
        return last, time.monotonic() - started

    def is_answered(self) -> bool:
        return FIGURE in self.ask()[0].text


@pytest.fixture
def place(
    tmp_path: Path, cluster: Cluster, remembering_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    fill(tmp_path, GUIDES)
    monkeypatch.setattr(pool, "READ_SECONDS", READ_SECONDS)
    with ExitStack() as stack:
        network = stack.enter_context(before(cluster.port))
        url = cluster.new_database().replace(f":{cluster.port}/", f":{network.port}/")
        library = stack.enter_context(opened(tmp_path, url, remembering_embedder))
        library.sync()
        records = stack.enter_context(open_records(url, 180, tmp_path))
        with ExitStack() as lent:
            for _ in range(FREE):
                lent.enter_context(library.index.reader().lend("SELECT 1"))
        bot = Bot(library.index, library.embedder, lists=library.lists, answerability=None)
        yield Place(behind(bot, tmp_path / "knowledge", records), records, network, cluster)


@contextmanager
def stopped(place: Place) -> Iterator[None]:
    place.cluster.stop()
    try:
        yield
    finally:
        place.cluster.start()


@contextmanager
def frozen(place: Place) -> Iterator[None]:
    with place.cluster.frozen():
        yield


@contextmanager
def cut_off(place: Place) -> Iterator[None]:
    """What was sent never comes, also later: connections that were open are dead."""
    place.network.delay = 600.0
    try:
        yield
    finally:
        place.network.delay = 0.0


@pytest.mark.parametrize("away", [stopped, frozen, cut_off])
def test_while_the_index_is_away_people_are_told_and_afterwards_all_is_as_before(
    place: Place, away: Callable[[Place], AbstractContextManager[None]]
) -> None:
    assert place.is_answered()
    with away(place):
        told, seconds = place.ask()
    assert told.outcome is Outcome.FAILED and told.text.startswith(SORRY) and seconds < TOLD_SECONDS
    come_true(place.is_answered)
    come_true(lambda: place.records.waiting().count == 0)
    outcomes = [each.outcome for each in place.records.exchanges()]
    assert outcomes[0] == outcomes[-1] == "answered" and "failed" in outcomes


def test_while_the_index_answers_late_people_wait_and_are_answered(place: Place) -> None:
    place.network.delay = 0.05
    assert place.is_answered()
