"""Questions asked as a browser asks them, from any address of this machine, many at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 60.0


@dataclass(frozen=True)
class Asker:
    """Somebody at an address, with the headers that they send."""

    site: str
    source: str = "127.0.0.1"
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None) -> tuple[HTTPConnection, HTTPResponse]:
        """A connection, and what came back on it so far."""
        address = urlsplit(self.site)
        connection = HTTPConnection(str(address.hostname), address.port, PATIENCE, source_address=(self.source, 0))
        headers = {"content-type": "application/json", **self.headers}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        return connection, connection.getresponse()

    def told(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status, and the answer."""
        connection, response = self.send(method, path, body)
        with closing(connection):
            text = response.read()
        return response.status, json.loads(text) if text.startswith((b"{", b"[")) else text

    def event(self, target: str) -> int:
        """The number of what happens on an event of a component, such as submit."""
        dependencies = self.told("GET", "/config")[1]["dependencies"]
        return next(int(each["id"]) for each in dependencies if target in [name for _, name in each["targets"]])

    def join(self, event: int, session: str, question: str) -> tuple[int, Any]:
        """Puts a question into the queue."""
        data = [question, [], "en", ""]
        body = {"data": data, "fn_index": event, "session_hash": session, "event_data": None, "trigger_id": None}
        return self.told("POST", "/gradio_api/queue/join", body)

    def messages(self, session: str) -> Iterator[dict[str, Any]]:
        """What a session is told until there is no more; leaving early closes the connection."""
        connection, response = self.send("GET", f"/gradio_api/queue/data?session_hash={session}")
        with closing(connection):
            for line in response:
                if line.startswith(b"data:"):
                    message = json.loads(line[5:])
                    yield message
                    if message["msg"] == "close_stream":
                        return

    def ask(self, event: int, session: str, question: str) -> str:
        """All that the page is told of a question, as JSON; what was said instead where it was refused."""
        status, said = self.join(event, session, question)
        if status != 200:
            return f"{status} {json.dumps(said, ensure_ascii=False)}"
        return json.dumps(list(self.messages(session)), ensure_ascii=False)

    def ask_all(self, event: int, sessions: list[str], question: str) -> list[str]:
        """The same for many sessions at once."""
        with ThreadPoolExecutor(len(sessions)) as threads:
            return list(threads.map(lambda session: self.ask(event, session, question), sessions))
