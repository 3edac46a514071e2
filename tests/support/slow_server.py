"""A server seen through a network in which each of its answers comes late."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


class Forwarding(BaseRequestHandler):
    """Passes on one connection; `server.delay` is how late each piece of an answer comes, in seconds."""

    server: SlowServer

    def handle(self) -> None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.server.behind)) as there:
            forth = Thread(target=self.forward, args=(self.request, there, False), daemon=True)
            forth.start()
            self.forward(there, self.request, True)
            forth.join()

    def forward(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                if is_answer:
                    time.sleep(self.server.delay)
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class SlowServer(ThreadingTCPServer):
    """Forwards to the port `behind` of this machine."""

    daemon_threads = True

    def __init__(self, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), Forwarding)
        self.behind, self.delay = behind, 0.0

    @property
    def port(self) -> int:
        address: Any = self.server_address
        return int(address[1])


@contextmanager
def before(port: int) -> Iterator[SlowServer]:
    """A slow network before a port of this machine."""
    with SlowServer(port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
