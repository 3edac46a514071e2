"""The app while the embedding endpoint is away: it answers by words, says so, and searches by meaning again later."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from tests.serving import PATIENCE, App, running, wait_for
from tests.support.commands import called
from tests.support.forked_apps import ForkedApp
from tests.support.ports import free_port

SOON = {
    "ingest.watcher.RETRY_SECONDS": 0.5,
    "store.embeddings.openai_endpoint.PAUSE_SECONDS": 1.0,
    "store.embeddings.openai_endpoint.SECONDS_OF_A_QUESTION": 1.0,
}
"""How long this app waits for its endpoint and before it tries again: else 20 to 30 s each."""
GUIDE = "# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n\n费用为零。\n"
QUESTION = "发改委境外投资备案需要几个工作日？"


class Service(BaseHTTPRequestHandler):
    """An embedding endpoint to which all texts mean much the same."""

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        data = [{"object": "embedding", "index": i, "embedding": [1.0, len(t) / 1000]} for i, t in enumerate(texts)]
        content = json.dumps({"object": "list", "model": "m", "data": data, "usage": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keeps the test's output quiet."""


@contextmanager
def serving(port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hanging(port: int) -> Iterator[None]:
    """Takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", port), backlog=100):
        yield


@contextmanager
def refusing(port: int) -> Iterator[None]:
    """Nobody listens."""
    yield


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    number = free_port()
    for name, value in endpoint(number).items():
        monkeypatch.setenv(name, value)
    return number


def endpoint(port: int) -> dict[str, str]:
    """The settings that name it."""
    return {"ASSISTANT_EMBEDDING_MODEL": "bge-m3", "ASSISTANT_EMBEDDING_BASE_URL": f"http://127.0.0.1:{port}/v1"}


def degraded(app: App) -> list[str]:
    """What `/ready` says, from the same progress as the line on the page."""
    found: list[str] = httpx.get(f"{app.address}ready", timeout=PATIENCE).json()["degraded"]
    return found


@pytest.mark.parametrize(("away", "is_embedded"), [(refusing, True), (hanging, False)])
def test_an_app_whose_endpoint_is_away_answers_by_words_and_says_so(
    port: int, away: Callable[[int], AbstractContextManager[None]], is_embedded: bool, tmp_path: Path
) -> None:
    knowledge, data, log = tmp_path / "knowledge", tmp_path / "data", tmp_path / "log"
    knowledge.mkdir()
    (knowledge / "guide.md").write_text(GUIDE, encoding="utf-8")
    if is_embedded:
        folders = {"ASSISTANT_KNOWLEDGE_DIR": str(knowledge), "ASSISTANT_DATA_DIR": str(data)}
        with serving(port):
            assert not called("ingest", "sync", **folders, **endpoint(port)).returncode
    with running(knowledge, data, log, partial(ForkedApp, waits=SOON)) as app:
        with away(port):
            wait_for(lambda: bool(app.status()["documents"]))
            assert "7个工作日" in app.ask(QUESTION)
            status = app.status()["index"]
            assert status["state"] == "words only"
            assert "bge-m3" in status["reason"]
            assert "index_words_only" in degraded(app)
        with serving(port):
            wait_for(lambda: "7个工作日" in app.ask(QUESTION) and app.status()["index"]["state"] == "whole")
            wait_for(lambda: "index_words_only" not in degraded(app))
    assert "Traceback" not in log.read_text()
