"""A line to a server, which can be cut and mended."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from urllib.parse import urlsplit


class Line:
    """Passes on what comes to `address`, until it is cut; then nobody answers there."""

    def __init__(self, server: str) -> None:
        there = urlsplit(server)
        self.server = (str(there.hostname), int(there.port or 80))
        self.open: list[socket.socket] = []
        self.is_cut = Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def serve(self) -> None:
        """Takes connections until the listener is closed; a line that is cut ends each at once."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if self.is_cut.is_set():
                    near.close()
                    continue
                far = socket.create_connection(self.server)
                self.open += [near, far]
                for ends in ((near, far), (far, near)):
                    Thread(target=passed_on, args=ends, daemon=True).start()

    def cut(self) -> None:
        self.is_cut.set()
        for end in self.open:
            ended(end)
        self.open.clear()

    def mend(self) -> None:
        self.is_cut.clear()


def passed_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    ended(target)


def ended(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    line = Line(server)
    thread = Thread(target=line.serve)
    thread.start()
    try:
        yield line
    finally:
        line.cut()
        line.listener.shutdown(socket.SHUT_RDWR)
        line.listener.close()
        thread.join()
