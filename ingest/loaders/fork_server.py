"""Fork server of the sandbox: imports loaders once, then forks a child per file."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection

from ingest.loaders.formats import READER_MODULES
from ingest.loaders.sandbox import Limits, Reader
from store.documents import LoadedText, UnreadableFileError
from text.messages import message
from text.normalise import spellings


def serve() -> None:
    """Forks a child for each connection that standard input brings, until it closes."""
    preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    channel = socket.socket(fileno=0)
    while True:
        message, handles, _, _ = socket.recv_fds(channel, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            become_child(handles[0])
        os.close(handles[0])


def preload() -> None:
    """Imports all loaders and builds what each child needs, before the first fork."""
    for module in READER_MODULES:
        with suppress(ImportError):  # the missing library of one loader must not stop the others
            import_module(module)
    spellings()  # builds the table once instead of in each child
    gc.freeze()


def become_child(handle: int) -> None:
    """Reads one file and ends the process, whatever happens."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        answer_one(Connection(handle))
    finally:
        os._exit(0)


def answer_one(parent: Connection) -> None:
    """Sends the id of this process, receives one task, and sends its result."""
    parent.send(os.getpid())
    sys.path[:], read, arguments, limits = parent.recv()
    limit(limits)
    parent.send(answer(read, arguments, limits))


def answer(read: Reader, arguments: tuple[object, ...], limits: Limits) -> LoadedText | UnreadableFileError:
    """Result of the loader, or the reason of its failure.

    Any error of a library counts as an error of the file.
    """
    try:
        return read(*arguments)
    except UnreadableFileError as unreadable:
        return unreadable
    except Exception as error:
        return out_of_memory(limits) if is_memory(error) else to_unreadable_error(error)


def is_memory(error: Exception) -> bool:
    """True if memory ran out, in Python or in C++ (bad_alloc)."""
    return isinstance(error, MemoryError) or "bad_alloc" in str(error)


def out_of_memory(limits: Limits) -> UnreadableFileError:
    """Returns the error for a file that needs more memory than the limits allow."""
    reason = message("file.too_much_memory", megabytes=limits.megabytes)
    return UnreadableFileError(reason, message("file.split_or_allow_memory"))


def to_unreadable_error(error: Exception) -> UnreadableFileError:
    """Returns an error of a library as an error of the file."""
    reason = message("file.damaged", error=f"{type(error).__name__}: {str(error)[:200]}")
    return UnreadableFileError(reason, message("file.save_anew"))


def limit(limits: Limits) -> None:
    """Sets resource limits: no core dumps, limited memory, limited CPU time.

    The CPU limit also ends a child whose waiting parent was killed.
    """
    seconds = int(limits.seconds * (os.cpu_count() or 1)) + 10
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits.megabytes << 20),
    ):
        with suppress(ValueError, OSError):  # a stricter limit is set already, or the system does not have it
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    serve()
