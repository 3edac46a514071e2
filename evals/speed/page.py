"""Client for the page of a running app, over HTTP like a browser.

Its events are Gradio's, through the queue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from gradio_client.utils import apply_diff  # type: ignore[import-untyped]

LANGUAGE = "zh"


@dataclass(frozen=True)
class Page:
    """The page and its events by name."""

    client: httpx.Client
    events: dict[str, dict[str, Any]]

    def ask(self, question: str) -> dict[str, Any]:
        """Returns the complete answer to a question, as the browser keeps it.

        There is no history.
        """
        event, session = self.events["ask"], uuid4().hex
        self.post("queue/join", event, [question, [], LANGUAGE, ""], session)
        with self.client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            return last_answer(messages(stream.iter_lines()), event["outputs"].index(event["inputs"][1]))

    def progress(self) -> str:
        """Returns the page's text on indexing; "" once everything is embedded."""
        return str(self.post("run/look", self.events["look"], [[], LANGUAGE, ""], uuid4().hex)["data"][0])

    def post(self, route: str, event: dict[str, Any], data: list[Any], session: str) -> dict[str, Any]:
        """Sends data to an event of the page; returns the JSON of the response.

        Raises httpx.HTTPStatusError if the app refuses it.
        """
        sent = {"data": data, "fn_index": event["id"], "trigger_id": event["targets"][0][0], "session_hash": session}
        reply = self.client.post(f"gradio_api/{route}", json=sent).raise_for_status()
        given: dict[str, Any] = reply.json()
        return given


def open_page(client: httpx.Client) -> Page:
    """Opens the page at a client's address, with the events of its configuration."""
    events = client.get("config").raise_for_status().json()["dependencies"]
    return Page(client, {event["api_name"]: event for event in events})


def messages(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yields the messages of a stream of server-sent events."""
    for line in lines:
        if line.startswith("data:"):
            yield json.loads(line.removeprefix("data:"))


def last_answer(told: Iterable[dict[str, Any]], place: int) -> dict[str, Any]:
    """Returns the last answer of the conversation, the output at `place`.

    Gradio sends outputs complete at first, then as differences to the previous ones.
    Raises RuntimeError if the messages end before the answer is complete.
    """
    output: Any = None
    answer: dict[str, Any] = {}
    for message in told:
        if message["msg"] == "process_generating":
            sent = message["output"]["data"][place]
            output = sent if output is None else apply_diff(output, sent)
            answer = output[-1] if isinstance(output, list) else answer
        elif message["msg"] == "process_completed" and message["success"] and answer.get("complete"):
            return answer
    raise RuntimeError("The page did not answer to the end.")
