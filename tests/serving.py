"""The app in a process of its own, asked over HTTP as a browser asks it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.support.commands import called
from tests.support.forked_apps import ForkedApp
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120
"""Seconds after which what does not answer is taken to hang."""
WITHOUT = {"OCR": "off", "ANSWERABILITY": "none"}
"""Models that these apps do without: after each sync one would read hundreds of passages to find the examples."""


Process = ForkedApp | subprocess.Popen[bytes]
Begin = Callable[[Mapping[str, str], Path], Process]
"""Starts an app in an environment; what it says goes to a file."""


@dataclass(frozen=True)
class App:
    """A running app: its process, its address, and its environment, which its commands need too."""

    process: Process
    address: str
    environment: dict[str, str]

    def page(self) -> str:
        """The page as it is sent first."""
        return httpx.get(self.address, timeout=PATIENCE).raise_for_status().text

    def ask(self, question: str, language: str = "zh") -> str:
        """What the page shows once a question is answered, as the server sends it."""
        asked = {"fn_index": self.asking(), "data": [question, [], language, ""], "session_hash": uuid4().hex}
        httpx.post(f"{self.address}gradio_api/queue/join", json=asked, timeout=PATIENCE).raise_for_status()
        told = []
        where = f"{self.address}gradio_api/queue/data?session_hash={asked['session_hash']}"
        with httpx.stream("GET", where, timeout=PATIENCE) as events:
            for line in events.iter_lines():
                if line.startswith("data:"):
                    told.append(line)
                    if json.loads(line[5:])["msg"] in ("process_completed", "unexpected_error", "close_stream"):
                        break
        assert '"success":true' in told[-1].replace(" ", ""), told[-1][:500]
        return "\n".join(json.dumps(json.loads(each[5:]), ensure_ascii=False) for each in told)

    def asking(self) -> int:
        """The number under which the page sends a question that was typed."""
        found = httpx.get(f"{self.address}config", timeout=PATIENCE).json()["dependencies"]
        return next(int(each["id"]) for each in found if len(each["inputs"]) == 4 and each["queue"])

    def status(self) -> dict[str, Any]:
        """What `ingest status` says of the index that the app holds."""
        settings = {name: value for name, value in self.environment.items() if name.startswith("ASSISTANT_")}
        found = called("ingest", "status", "--json", **settings)
        assert not found.returncode, found.stderr
        status: dict[str, Any] = json.loads(found.stdout)
        return status

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Ends the app as its service manager does. Fails where it does not end."""
        self.process.send_signal(by)
        self.process.wait(PATIENCE)


def wait_for(condition: Callable[[], bool], seconds: float = 2 * PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


@contextmanager
def running(knowledge: Path, data: Path, log: Path, begin: Begin = ForkedApp) -> Iterator[App]:
    """The app on these folders, once its page answers; what it says goes to `log`."""
    with started(knowledge, data, log, begin) as app:
        wait_for(lambda: answers(app) or app.process.poll() is not None)
        assert app.process.poll() is None, log.read_text()
        yield app


@contextmanager
def started(knowledge: Path, data: Path, log: Path, begin: Begin = ForkedApp) -> Iterator[App]:
    """The same, as soon as its process lives."""
    port = free_port()
    own = {"KNOWLEDGE_DIR": str(knowledge), "DATA_DIR": str(data), "PORT": str(port)} | WITHOUT
    environment = os.environ | {f"ASSISTANT_{name}": value for name, value in own.items()}
    process = begin(environment, log)
    app = App(process, f"http://127.0.0.1:{port}/", environment)
    try:
        yield app
    finally:
        process.kill()
        process.wait()


def answers(app: App) -> bool:
    try:
        return httpx.get(app.address, timeout=PATIENCE).status_code == 200
    except httpx.TransportError:
        return False
