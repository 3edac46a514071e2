"""Vector workers that are forked from one process, which has imported Chroma once: each import takes 0.7 s of a core.

A forked worker does what one does that `Supervisor.start` starts. It ends with its line to the owner, and with the
process that it was forked from.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from store.vector_worker import Supervisor
from store.vector_worker.__main__ import end_with, main

ROOT = Path(__file__).resolve().parents[2]
STARTED_ALONE = Supervisor.start
"""How the app starts a worker."""


class Forked:
    """A worker as `Supervisor` handles it: what it uses of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid, self.handle = pid, -1
        with suppress(ProcessLookupError):  # it may have ended already
            self.handle = os.pidfd_open(pid)

    def kill(self) -> None:
        with suppress(OSError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def wait(self) -> None:
        if self.handle >= 0:
            select.select([self.handle], [], [])
            os.close(self.handle)
            self.handle = -1


class Origin:
    """The process that workers are forked from. May be called from several threads."""

    def __init__(self, begin: Callable[[socket.socket], Any]) -> None:
        self.turn = threading.Lock()
        self.channel, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs:
            self.process = begin(theirs)

    def start(self, supervisor: Supervisor) -> None:
        """Stands for `Supervisor.start`."""
        supervisor.channel, theirs = socket.socketpair()
        with theirs, self.turn:
            socket.send_fds(self.channel, [os.fsencode(supervisor.folder)], [theirs.fileno()])
            supervisor.process = Forked(int(self.channel.recv(20)))  # type: ignore[assignment]

    def close(self) -> None:
        self.channel.close()


def launched(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """An origin of its own, for a process that has imported much else or has threads."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", __name__], cwd=ROOT, stdin=theirs.fileno(), env=environment)


def forked(theirs: socket.socket) -> int:
    """An origin that the kernel ends with this process, which must not have threads yet."""
    parent, pid = os.getpid(), os.fork()
    if not pid:
        end_with(parent)
        serve(theirs)
        os._exit(0)
    return pid


def serve(channel: socket.socket) -> None:
    """Forks a worker for each folder that comes, until the other side closes."""
    import store.vector_worker.collection  # noqa: F401 - what takes so long

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets each worker that ends
    while True:
        folder, lines, _, _ = socket.recv_fds(channel, 4096, 1)
        if not folder:
            return
        pid = os.fork()
        if not pid:
            become_worker(Path(os.fsdecode(folder)), lines[0])
        os.close(lines[0])
        channel.send(str(pid).encode())


def become_worker(folder: Path, line: int) -> None:
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for ours, theirs in ((line, 0), (nowhere, 1), (nowhere, 2)):
            os.dup2(ours, theirs)
        os.closerange(3, 64)
        main(folder, os.getppid())
    finally:
        os._exit(0)


def fork_workers() -> None:
    """Workers of this process, which must not have threads yet, are forked from a fork of it, and killed with it."""
    if not hasattr(os, "pidfd_open"):
        return
    origin = Origin(forked)

    def start(supervisor: Supervisor) -> None:
        origin.start(supervisor)

    Supervisor.start = start  # type: ignore[method-assign]


@contextmanager
def forking() -> Iterator[None]:
    """In here, workers of this process are forked. The origin is launched for the first of them."""
    origins: list[Origin] = []
    turn = threading.Lock()

    def start(supervisor: Supervisor) -> None:
        with turn:
            if not origins:
                origins.append(Origin(launched))
        origins[0].start(supervisor)

    if hasattr(os, "pidfd_open"):
        Supervisor.start = start  # type: ignore[method-assign]
    yield
    Supervisor.start = STARTED_ALONE  # type: ignore[method-assign]
    for origin in origins:
        origin.close()
        origin.process.wait()


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
