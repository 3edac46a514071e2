"""One process owns the index, guarded by a file lock; others reach it by socket.

Chroma loses vectors when two processes write to one folder, and a second reader stays stale forever. So the owner
serves its index on a Unix socket that only this user can open. An index on servers has no owner; see `open_shared`.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any, cast
from weakref import WeakSet

from filelock import FileLock, Timeout

from database_address import PostgresServer
from store.index.index import Index
from store.index.owner_note import ANSWER_SECONDS, Note, new_address, read_owner_note
from store.vector_worker import ChromaServer
from text.messages import MessageError, message

log = logging.getLogger(__name__)

PROTOCOL = "5"
"""Version of the socket's protocol: raise it if classes sent move or change."""
PATIENCE = 15.0
"""Seconds to wait for an owner process that is starting or ending."""


class IndexLockedError(MessageError):
    """Another process owns the index and does not answer."""


class NotOfferedError(Exception):
    """The owner process does not offer a function of this name."""


@dataclass(frozen=True)
class IndexHandle:
    """An open index.

    `owned`: this process holds the lock, or needs none as all parts are on servers. `leads`: it is the one that syncs.
    `share` offers a function to other processes under a name; `call` calls one that the owner offers.
    `renew` rewrites the note that tells others the owner's address, if it was removed or could not be written.
    """

    index: Index
    owned: bool
    share: Callable[..., None]
    call: Callable[..., Any]
    renew: Callable[[], None] = lambda: None
    leads: Callable[[], bool] = lambda: True


class IndexServer:
    """Objects that the owner serves: its index, and functions shared by name."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.shared: dict[str, Callable[..., Any]] = {}

    def share(self, name: str, function: Callable[..., Any]) -> None:
        """Offers a function to other processes under a name."""
        self.shared[name] = function

    def call(self, name: str, *arguments: Any) -> Any:
        """Calls a shared function.

        Raises NotOfferedError if none has this name.
        """
        if name not in self.shared:
            raise NotOfferedError(name)
        return self.shared[name](*arguments)

    def ask(self, name: str, *arguments: Any) -> Any:
        """Calls a method of the index by its name."""
        return getattr(self.index, name)(*arguments)


class IndexSocket(BaseManager):
    """Unix socket between the owner and other processes."""


class ConnectionListener:
    """Accepts connections for a manager's `server`, whose own loop cannot be stopped."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.stopped = server.stop_event = threading.Event()  # the server checks it after each call
        self.connections: WeakSet[Connection] = WeakSet()

    def run(self) -> None:
        """Accepts connections, each with a thread, until `stop`; then closes the socket."""
        while not self.stopped.is_set():
            try:
                connection = self.server.listener.accept()
            except OSError:  # the client left again, or too many files are open
                self.stopped.wait(0.1)
                continue
            self.connections.add(connection)
            threading.Thread(target=self.server.handle_request, args=(connection,), daemon=True).start()
        with suppress(FileNotFoundError):  # whatever tidies the temporary folder has removed it
            self.server.listener.close()

    def stop(self) -> None:
        """Stops accepting and closes all connections; clients see the owner end."""
        self.stopped.set()
        with suppress(OSError):
            Client(self.server.address).close()  # wakes the thread that waits in accept()
        for connection in list(self.connections):
            with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


class RemoteIndex:
    """Proxy for the index of another process; every method runs there."""

    def __init__(self, server: Any) -> None:
        self.server = server

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self.server.ask(name, *arguments)


@contextmanager
def open_index(
    folder: Path, recipe: str, server: ChromaServer | None = None, database: PostgresServer | None = None
) -> Iterator[IndexHandle]:
    """Opens the index of a folder, as owner or through the owner.

    `server` holds its vectors and `database` its catalog, if any.
    Raises IndexLockedError if its owner does not answer, OSError for the folder, and the errors of `open_catalog`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if server and database:
        yield from open_shared(folder, Index(folder, recipe, server, database), database)
        return
    deadline, lock = time.monotonic() + PATIENCE, FileLock(folder / "owner.lock")
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            # the lock is taken: use the owner's index; an owner that is starting has no socket yet
            if (held := connect_to_owner(folder)) is not None:
                yield held
                return
            if time.monotonic() > deadline:
                raise IndexLockedError(message("index.no_answer", folder=folder)) from None
            time.sleep(0.1)
            continue
        try:
            yield from serve_own(folder, Index(folder, recipe, server, database))
        finally:
            lock.release()
        return


def serve_own(folder: Path, index: Index) -> Iterator[IndexHandle]:
    """Serves the index of a folder while this process holds its lock, then closes it."""
    server = IndexServer(index)
    try:
        with serve_index(folder, server) as note:
            yield IndexHandle(server.index, True, server.share, server.call, note.renew)
    finally:
        server.index.close()  # a thread that still reads or embeds must not write beside another owner


def open_shared(folder: Path, index: Index, database: PostgresServer) -> Iterator[IndexHandle]:
    """Opens an index on servers: each process reads and writes it, one syncs.

    The one that syncs offers its functions to the others that have the same data folder.
    """
    from store.index.database.leadership import Leadership  # a driver that others need not load

    server = IndexServer(index)
    leadership = Leadership(database, lambda: serve_index(folder, server))
    index.may_sync = leadership.is_held

    def call(name: str, *arguments: Any) -> Any:
        if leadership.is_held():
            return server.call(name, *arguments)
        if (leader := connect_to_owner(folder)) is None:
            raise IndexLockedError(message("catalog.led_elsewhere"))
        return leader.call(name, *arguments)

    try:
        yield IndexHandle(index, True, server.share, call, leads=leadership.is_held)
    finally:
        index.give_back()  # first: what is being written ends before another process has the right
        leadership.close()
        index.close()


@contextmanager
def serve_index(folder: Path, server: IndexServer) -> Iterator[Note]:
    """Answers other processes in a thread while the context lasts."""

    class Own(IndexSocket):
        """Own class for each index, because registered names belong to a class."""

    Own.register("desk", lambda: server, exposed=("ask", "call"))
    key = secrets.token_bytes(32)
    note = folder / "owner.json"
    listener = ConnectionListener(Own(new_address(note), key).get_server())
    threading.Thread(target=listener.run, name="reception", daemon=True).start()
    kept = Note(note, {"address": str(listener.server.address), "key": key.hex(), "protocol": PROTOCOL})
    kept.renew()
    try:
        yield kept
    finally:
        with suppress(OSError):  # other processes notice when they connect
            if read_owner_note(note) in (kept.content, None):  # not that of the next owner
                note.unlink(missing_ok=True)
        listener.stop()


def connect_to_owner(folder: Path) -> IndexHandle | None:
    """Connects to the index of the owner process.

    None if no owner answers (yet, or any more).
    Raises IndexLockedError if the owner is of another version, whose objects this one cannot read.
    """
    if (note := read_owner_note(folder / "owner.json")) is None:
        return None
    try:
        with Client(note["address"]) as line:
            if not line.poll(ANSWER_SECONDS):  # a frozen owner takes calls and never answers
                return None
        IndexSocket.register("desk")
        service = IndexSocket(note["address"], bytes.fromhex(note["key"]))
        service.connect()
        if note["protocol"] != PROTOCOL:
            raise IndexLockedError(message("index.other_version", folder=folder))
        server = cast(Any, service).desk()
    except (OSError, EOFError, AuthenticationError):
        return None
    return IndexHandle(cast(Index, RemoteIndex(server)), False, lambda *_: None, server.call, leads=lambda: False)
