"""Vector worker: opens the folder, reports its state and answers calls.

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
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.vector_worker.collection import Collection

END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


def main(folder: Path, parent: int) -> None:
    """Serves the connections received over standard input until that closes."""
    end_with(parent)
    channel = socket.socket(fileno=0)
    greeting = receive(channel)
    if greeting is None:
        return
    collection, kind, reason = open_collection(folder)
    greeting.send((kind, reason))
    while collection and (line := receive(channel)):
        threading.Thread(target=serve, args=(line, collection), daemon=True).start()


def end_with(parent: int) -> None:
    """Makes the kernel end this process with its parent, even while Chroma is busy.

    Where the kernel cannot, the end of standard input does it.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def receive(channel: socket.socket) -> Connection | None:
    """Next connection; None once the parent process has ended."""
    message, handles, _, _ = socket.recv_fds(channel, 1, 1)
    return Connection(handles[0]) if message else None


def open_collection(folder: Path) -> tuple[Collection | None, str, str]:
    """Opens the collection: `(collection, "ready", "")`.

    On failure `(None, kind, reason)`, with the kind "damaged" or "unusable".
    """
    try:
        lock(folder)
        from store.vector_worker.collection import Collection
    except (OSError, ImportError) as error:
        return None, "unusable", f"{type(error).__name__}: {error}"
    try:
        collection = Collection(folder)
        fault = collection.check()
    except BaseException as error:  # also panics of Rust, which are no Exception
        return None, "damaged", said(error)
    return (None, "damaged", fault) if fault else (collection, "ready", "")


def lock(folder: Path) -> None:
    """Waits for the lock of the folder, which ends with this process.

    A worker whose parent was killed may live a moment longer than its parent.
    """
    fcntl.flock(os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)


def serve(line: Connection, collection: Collection) -> None:
    """Answers the calls of one connection, in order, until it closes."""
    with suppress(EOFError, OSError):
        while True:
            name, arguments = line.recv()
            line.send(answer(collection, name, arguments))
    line.close()


def answer(collection: Collection, name: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """Runs one call: `(True, result)` or `(False, error message)`."""
    try:
        return True, getattr(collection, name)(*arguments)
    except BaseException as error:
        return False, said(error)


def said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip()[:300]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)
