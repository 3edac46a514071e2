"""Runs a reader in a process of its own, with limits of time and memory: a bad file stops nobody but itself."""

from __future__ import annotations

import atexit
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Lock

from store.documents import Loaded, Unreadable
from store.messages import message

START_SECONDS = 120
"""How long the nursery may take to import the readers; it takes about two, once in the life of the app."""

NEEDED = re.compile(r"PATH|HOME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|(PYTHON|OMP|OPENBLAS|MKL|FONTCONFIG)\w*")
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)

Reader = Callable[..., Loaded]


@dataclass(frozen=True)
class Limits:
    """What one file may take: seconds of waiting and megabytes of address space."""

    seconds: float
    megabytes: int


@dataclass
class Nursery:
    """The process that has imported the readers and forks a child for each file (see `ingest.loaders.fork_server`).

    Forking takes milliseconds where a fresh interpreter takes a second, and forking a small process without
    threads is safe where forking the app is not. multiprocessing's own fork server is not used because it
    runs the main module of the app again in every child.
    """

    process: subprocess.Popen[bytes] | None = None
    channel: socket.socket = field(default_factory=socket.socket)
    lock: Lock = field(default_factory=Lock)

    def open_child(self) -> Connection:
        """A line to a fresh child; starts the nursery where it does not run (yet, or any more)."""
        ours, theirs = socket.socketpair()
        with self.lock, theirs:
            if self.process is None or self.process.poll() is not None:
                self.start()
            with suppress(BrokenPipeError):  # then the line is at its end, which `run` reports
                socket.send_fds(self.channel, [b"\0"], [theirs.fileno()])
        return Connection(ours.detach())

    def start(self) -> None:
        self.channel.close()
        self.channel, theirs = socket.socketpair()
        search_path = os.pathsep.join(path or "." for path in sys.path)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ingest.loaders.fork_server"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**harmless(os.environ), "PYTHONPATH": search_path, "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
            )

    def close(self) -> None:
        """Ends the nursery: it leaves when its channel closes."""
        self.channel.close()
        if self.process:
            self.process.wait()


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """What readers and LibreOffice need of the environment: a hostile file must find no key there."""
    return {name: value for name, value in environment.items() if NEEDED.fullmatch(name) and not SECRET.search(name)}


NURSERY = Nursery()
atexit.register(NURSERY.close)


def run(read: Reader, arguments: tuple[object, ...], limits: Limits) -> Loaded:
    """`read(*arguments)` in a process of its own; `read` and the arguments must be picklable.

    Raises Unreadable where the reader does, where it takes longer or more memory than `limits`, and where it dies.
    """
    with NURSERY.open_child() as child:
        group = first_word(child)
        try:
            answer = ask(child, (sys.path, read, arguments, limits), limits)
        finally:
            kill(group)
    if isinstance(answer, Unreadable):
        raise answer
    return answer


def first_word(child: Connection) -> int:
    """The process group of a child that is ready to read."""
    try:
        if child.poll(START_SECONDS):
            return int(child.recv())
    except (EOFError, ConnectionError):
        pass
    raise RuntimeError("No reading process starts. Run `python -m ingest.loaders.fork_server` to see why.")


def ask(child: Connection, task: object, limits: Limits) -> Loaded | Unreadable:
    try:
        child.send(task)
        if child.poll(limits.seconds):
            answer: Loaded | Unreadable = child.recv()
            return answer
    except (EOFError, ConnectionError):
        return Unreadable(message("file.broke_off", megabytes=limits.megabytes), message("file.save_or_split"))
    reason = message("file.took_too_long", seconds=f"{limits.seconds:g}")
    return Unreadable(reason, message("file.split_or_allow_time"))


def kill(group: int) -> None:
    """Ends the child and all it has started, such as LibreOffice."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
