"""What Gradio keeps for sessions stays small, whoever invents them, and a person who comes back simply goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from evals.serving import serve
from tests.support.scripted import WHOLE, Scripted
from tests.web.conftest import behind
from tests.web.fuzzing import Answered, Sent, send, written
from web.app import build, find_gradio_app
from web.chat.conversation_state import serialize
from web.http import session_limits
from web.http.limits import MOST_SESSIONS, MOST_SESSIONS_OF_A_VISITOR

ANSWER = serialize([replace(WHOLE, question="税率？", id="0" * 32)])[0]
OPEN, ASK = "/gradio_api/run/open", "/gradio_api/queue/join"


class Site:
    """A page over the scripted bot, asked from addresses of this machine."""

    def __init__(self, app: FastAPI, address: str) -> None:
        self.gradio = find_gradio_app(app)
        self.blocks = self.gradio.get_blocks()
        self.port = int(address.rstrip("/").rpartition(":")[2])
        self.numbers = {each.name: number for number, each in self.blocks.fns.items() if each.fn}

    def send(self, sent: Sent, source: str) -> Answered:
        return send(self.port, sent.bytes(), source)

    def open(self, session: str, source: str, stored: Any = ()) -> Answered:
        return self.called(OPEN, "open", [list(stored), "zh", ""], session, source)

    def ask(self, session: str, source: str, question: str = "税率？") -> Answered:
        return self.called(ASK, "ask", [question, [], "zh", ""], session, source)

    def called(self, path: str, name: str, data: list[Any], session: str, source: str) -> Answered:
        body = {"fn_index": self.numbers[name], "data": data, "session_hash": session}
        return self.send(Sent("POST", path, written(body)), source)

    def read(self, session: str, source: str) -> Answered:
        return self.send(Sent("GET", f"/gradio_api/queue/data?session_hash={session}"), source)

    def sessions(self) -> int:
        """Of how many sessions anything is kept."""
        queue = self.blocks._queue
        waiting = queue.pending_messages_per_session, queue.pending_event_ids_session
        return len({name for each in (self.gradio.state_holder.session_data, *waiting) for name in each})

    def is_clear(self) -> bool:
        """Whether nothing is kept; what was just sent is forgotten a moment later."""
        return any(self.sessions() == 0 or time.sleep(0.05) for _ in range(200))


@pytest.fixture
def site(bot: Scripted, tmp_path: Path) -> Iterator[Site]:
    app = build(behind(bot, tmp_path))
    with serve(app) as address:
        yield Site(app, address)


def test_nothing_is_kept_of_calls_that_are_answered_at_once(site: Site) -> None:
    for number in range(100):
        assert site.open(f"invented{number}", "127.3.0.1", [ANSWER] * 5).status == 200
    assert site.sessions() == 0


def test_one_address_cannot_pile_up_answers_that_nobody_reads(site: Site) -> None:
    for number in range(2 * MOST_SESSIONS_OF_A_VISITOR):
        assert site.ask(f"invented{number}", "127.3.0.1").status in (200, 503)  # after many it is told to wait
    assert site.sessions() <= MOST_SESSIONS_OF_A_VISITOR


def test_many_addresses_cannot_either_and_somebody_else_is_answered_meanwhile(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = MOST_SESSIONS // 5
    monkeypatch.setattr(session_limits, "MOST_SESSIONS", most)
    for number in range(most + 20):
        assert site.ask(f"invented{number}", f"127.3.{number // 20}.1").status == 200
        if number % 40 == 0:
            assert site.ask("person", "127.4.0.1").status == 200
            assert "利润税税率为 25%" in site.read("person", "127.4.0.1").text
    assert site.sessions() <= most


def test_an_answer_that_was_read_leaves_nothing_behind(site: Site) -> None:
    assert site.ask("person", "127.3.0.1").status == 200
    assert "process_completed" in site.read("person", "127.3.0.1").text
    assert site.is_clear()


def test_who_comes_back_after_being_forgotten_simply_goes_on(site: Site) -> None:
    for _ in range(2):
        assert site.ask("person", "127.3.0.1").status == 200
        assert "利润税税率为 25%" in site.read("person", "127.3.0.1").text
        assert "税率？" in site.open("person", "127.3.0.1", [ANSWER]).text
        assert site.is_clear()


def test_a_session_that_is_dropped_ends_its_answer(site: Site, bot: Scripted) -> None:
    assert site.ask("first", "127.3.0.1", "停").status == 200
    for number in range(MOST_SESSIONS_OF_A_VISITOR):
        assert site.ask(f"next{number}", "127.3.0.1").status == 200
    assert bot.stopped.wait(20)
    answered = site.read("first", "127.3.0.1")
    assert answered.status == 404 and json.loads(answered.text)["detail"]


def test_a_heartbeat_which_the_page_does_not_use_holds_no_connection(site: Site) -> None:
    assert site.send(Sent("GET", "/gradio_api/heartbeat/invented"), "127.3.0.1").status == 404
