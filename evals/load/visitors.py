"""Visitors of the page, for locust: three languages, follow-ups and pauses.

LOAD_QUESTIONS names the file of questions, LOAD_PAUSE the shortest and longest pause in seconds ("5 15").

It runs in an environment of its own, without our modules, and asks as a browser does: through the queue of the page.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from random import choice, random, randrange
from typing import Any
from uuid import uuid4

from locust import HttpUser, between, task

FOLLOW_UPS = {
    "zh": ["需要哪些材料？", "要多长时间？", "费用是多少？"],
    "en": ["Which documents are needed?", "How long does it take?", "What does it cost?"],
    "ru": ["Какие документы нужны?", "Сколько времени это занимает?", "Сколько это стоит?"],
}
FOLLOWING = 0.3
"""Share of questions that follow on an answer."""
SECONDS = 60


def questions() -> dict[str, list[str]]:
    """Questions by language."""
    lines = map(json.loads, Path(os.environ["LOAD_QUESTIONS"]).read_text("utf-8").splitlines())
    found: dict[str, list[str]] = {language: [] for language in FOLLOW_UPS}
    for each in lines:
        if each["language"] in found and not each.get("history"):
            found[each["language"]].append(each["question"])
    return found


QUESTIONS = questions()


class Visitor(HttpUser):
    """A person with an address of their own, who reads before they ask again."""

    wait_time = between(*map(float, os.environ["LOAD_PAUSE"].split()))

    def on_start(self) -> None:
        """Opens the page."""
        self.language = choice(list(QUESTIONS))
        self.client.headers["X-Forwarded-For"] = f"10.{randrange(256)}.{randrange(256)}.{randrange(1, 255)}"
        self.client.get("", name="page")
        self.event = next(
            each for each in self.client.get("config").json()["dependencies"] if each["api_name"] == "ask"
        )
        self.answers: list[Any] = []

    @task
    def ask(self) -> None:
        """Asks a question; one of three follows on the answer before."""
        follows = bool(self.answers) and random() < FOLLOWING
        history = self.answers if follows else []
        question = choice((FOLLOW_UPS if follows else QUESTIONS)[self.language])
        started, session = time.monotonic(), uuid4().hex
        sent = {
            "data": [question, history, self.language, ""],
            "fn_index": self.event["id"],
            "trigger_id": self.event["targets"][0][0],
            "session_hash": session,
        }
        with self.client.post("gradio_api/queue/join", json=sent, name="join", catch_response=True) as joined:
            if not joined.ok:
                joined.failure(f"status {joined.status_code}")
                return
        where = {"params": {"session_hash": session}, "stream": True, "name": "stream", "timeout": SECONDS}
        with self.client.get("gradio_api/queue/data", catch_response=True, **where) as stream:
            place = self.event["outputs"].index(self.event["inputs"][1])
            problem = self.follow(stream.iter_lines(), place, started)
            if problem:
                stream.failure(problem)
        self.note("whole answer", started, problem)

    def follow(self, lines: Iterable[bytes], place: int, started: float) -> str:
        """Reads an answer to its end; returns what went wrong, or nothing."""
        output: Any = None
        answers: list[Any] = []
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            message = json.loads(line.removeprefix(b"data:"))
            if message["msg"] == "process_generating":
                if output is None:
                    self.note("first words", started, "")
                sent = message["output"]["data"][place]
                output = sent if output is None else apply_edits(output, sent)
                if isinstance(output, list):  # at the end it is a note to leave all as it is
                    answers = output
            elif message["msg"] == "process_completed":
                is_whole = message["success"] and answers and answers[-1].get("complete")
                self.answers = answers if is_whole else []
                return "" if is_whole else "no complete answer"
        return "the stream broke off"

    def note(self, name: str, started: float, problem: str) -> None:
        """Counts an answer with its time since the question was sent."""
        self.environment.events.request.fire(
            request_type="ask",
            name=name,
            response_time=1000 * (time.monotonic() - started),
            response_length=0,
            exception=RuntimeError(problem) if problem else None,
        )


def apply_edits(output: Any, edits: list[Any]) -> Any:
    """Returns an output after the edits that the page sends: action, path and value."""
    for action, path, value in edits:
        if not path:
            output = value if action == "replace" else output + value
            continue
        *above, last = path
        place = output
        for each in above:
            place = place[each]
        if action == "delete":
            del place[last]
        elif action == "add" and isinstance(place, list):
            place.insert(int(last), value)
        else:
            place[last] = place[last] + value if action == "append" else value
    return output
