"""Sandbox: runs a loader in a process of its own, with limits of time and memory.

A bad file stops only its own process.
"""

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

from store.documents import LoadedText, UnreadableFileError
from text.messages import message

START_SECONDS = 120
"""Time limit for the fork server to import the loaders.

It takes about two seconds, once in the life of the app.
"""

NEEDED = re.compile(r"PATH|HOME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|(PYTHON|OMP|OPENBLAS|MKL|FONTCONFIG)\w*")
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)

FORK_SERVER = "ingest.loaders.fork_server"
"""Module that is run as the fork server."""

Reader = Callable[..., LoadedText]


@dataclass(frozen=True)
class Limits:
    """Limits for one file: seconds of waiting and megabytes of address space."""

    seconds: float
    megabytes: int


@dataclass
class Nursery:
    """Fork server with the loaders imported (see `ingest.loaders.fork_server`).

    Forking takes milliseconds; a fresh interpreter takes a second. Forking a small process without threads is safe;
    forking the app is not.
    The fork server of multiprocessing is not used because it runs the main module of the app again in every child.
    """

    process: subprocess.Popen[bytes] | None = None
    channel: socket.socket = field(default_factory=socket.socket)
    lock: Lock = field(default_factory=Lock)

    def open_child(self) -> Connection:
        """Connection to a fresh child; starts the fork server if it is not running."""
        ours, theirs = socket.socketpair()
        with self.lock, theirs:
            if self.process is None or self.process.poll() is not None:
                self.start()
            with suppress(BrokenPipeError):  # the connection is then closed, which `run` reports
                socket.send_fds(self.channel, [b"\0"], [theirs.fileno()])
        return Connection(ours.detach())

    def start(self) -> None:
        """Starts the fork server, without secrets in its environment."""
        self.channel.close()
        self.channel, theirs = socket.socketpair()
        search_path = os.pathsep.join(path or "." for path in sys.path)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", FORK_SERVER],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**harmless(os.environ), "PYTHONPATH": search_path, "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
            )

    def close(self) -> None:
        """Stops the fork server: it exits when its channel closes."""
        self.channel.close()
        if self.process:
            self.process.wait()


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Environment variables that loaders and LibreOffice need, without secrets.

    A hostile file must find no key there.
    """
    return {name: value for name, value in environment.items() if NEEDED.fullmatch(name) and not SECRET.search(name)}


NURSERY = Nursery()
atexit.register(NURSERY.close)


def run(read: Reader, arguments: tuple[object, ...], limits: Limits) -> LoadedText:
    """Runs `read(*arguments)` in a child process; all must be picklable.

    Raises UnreadableFileError if the loader does, if it exceeds the limits, and if it dies.
    """
    with NURSERY.open_child() as child:
        group = first_word(child)
        try:
            answer = ask(child, (sys.path, read, arguments, limits), limits)
        finally:
            kill(group)
    if isinstance(answer, UnreadableFileError):
        raise answer
    return answer


def first_word(child: Connection) -> int:
    """Returns the process group of a child that is ready to read.

    Raises RuntimeError if it ends before, or says nothing for START_SECONDS.
    """
    try:
        if child.poll(START_SECONDS):
            return int(child.recv())
    except (EOFError, ConnectionError):
        pass
    raise RuntimeError(message("file.no_reader", module=FORK_SERVER))


def ask(child: Connection, task: object, limits: Limits) -> LoadedText | UnreadableFileError:
    """Returns the answer of a child; an error if it dies or exceeds the time limit."""
    try:
        child.send(task)
        if child.poll(limits.seconds):
            answer: LoadedText | UnreadableFileError = child.recv()
            return answer
    except (EOFError, ConnectionError):
        return UnreadableFileError(message("file.broke_off", megabytes=limits.megabytes), message("file.save_or_split"))
    reason = message("file.took_too_long", seconds=f"{limits.seconds:g}")
    return UnreadableFileError(reason, message("file.split_or_allow_time"))


def kill(group: int) -> None:
    """Kills the child and everything it has started, such as LibreOffice."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
