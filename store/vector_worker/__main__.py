"""Vector worker: opens the folder or the server, reports that, answers calls.

Each connection has a thread of its own.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from text.messages import NOTHING, Message, as_it_is

if TYPE_CHECKING:
    from store.vector_worker.collection import Collection
    from store.vector_worker.server import ChromaServer

Reply = tuple[Literal["done", "failed", "away"], Any]
END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


def main(folder: Path, parent: int) -> None:
    """Serves the connections received over standard input until that closes."""
    end_with(parent)
    channel = socket.socket(fileno=0)
    greeting = receive(channel)
    if greeting is None:
        return
    try:
        server = greeting.recv()
    except (EOFError, OSError):
        return
    collection, kind, reason = open_collection(folder, server)
    greeting.send((kind, reason))
    handler = answer_from_server if server else answer
    while collection and (line := receive(channel)):
        threading.Thread(target=serve_calls, args=(line, partial(handler, collection)), daemon=True).start()


def end_with(parent: int) -> None:
    """Makes the kernel end this process with its parent, even while Chroma is busy.

    Where the kernel cannot, the end of standard input does it.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def receive(channel: socket.socket) -> Connection | None:
    """Waits for the next connection that the parent process sends.

    None once the parent process has ended.
    """
    message, handles, _, _ = socket.recv_fds(channel, 1, 1)
    return Connection(handles[0]) if message else None


def open_collection(folder: Path, server: ChromaServer | None) -> tuple[Collection | None, str, Message]:
    """Opens the collection: `(collection, "ready", NOTHING)`.

    On failure `(None, kind, reason)`, with the kind "damaged" or "unusable". A server that cannot be reached, or that
    refuses, is unusable.
    """
    try:
        if server is None:
            lock(folder)
        from store.vector_worker.collection import Collection
    except (OSError, ImportError) as error:
        return None, "unusable", as_it_is(f"{type(error).__name__}: {error}")
    try:
        collection = Collection(folder, server)
        fault = collection.check()
    except BaseException as error:  # also panics of Rust, which are no Exception
        said = describe_error(error)
        return (None, "unusable", as_it_is(f"{server.url}: {said}")) if server else (None, "damaged", as_it_is(said))
    return (None, "damaged", fault) if fault else (collection, "ready", NOTHING)


def lock(folder: Path) -> None:
    """Waits for the lock of the folder, which ends with this process.

    A worker whose parent was killed may live a moment longer than its parent.
    """
    fcntl.flock(os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)


def serve_calls(line: Connection, answered: Callable[[str, tuple[Any, ...]], Reply]) -> None:
    """Answers the calls of one connection, in order, until it closes.

    The process ends if the server is away.
    """
    with suppress(EOFError, OSError):
        while True:
            reply = answered(*line.recv())
            line.send(reply)
            if reply[0] == "away":
                os._exit(0)  # the next worker connects and opens the collection again
    line.close()


def answer(collection: Collection, name: str, arguments: tuple[Any, ...]) -> Reply:
    """Runs one call: `("done", result)` or `("failed", error message)`."""
    try:
        return "done", getattr(collection, name)(*arguments)
    except BaseException as error:
        return "failed", describe_error(error)


def answer_from_server(collection: Collection, name: str, arguments: tuple[Any, ...]) -> Reply:
    """Runs one call: `("done", result)` or `("away", error message)`.

    An error of a server is no damage that this program could repair.
    """
    kind, value = answer(collection, name, arguments)
    return ("done", value) if kind == "done" else ("away", value)


def describe_error(error: BaseException) -> str:
    """Returns the class and the text of an error, at most 300 characters."""
    return f"{type(error).__name__}: {error}".strip()[:300]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)
