"""One process owns the index, guarded by a lock; any other process reaches it through the owner.

Chroma loses vectors when two processes write to one folder, and a second reader stays stale for ever.
So the owner serves its index on a Unix socket that only this user can open.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import tempfile
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

from store.index.damaged_files import remove
from store.index.index import Index

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds to wait for an owner that is starting or ending."""


class Busy(Exception):
    """Another process owns the index and does not answer."""


class NotOfferedError(Exception):
    """The owner of the index does not offer a function of that name."""


@dataclass(frozen=True)
class Held:
    """An index at hand. `owned` says whether it is this process that holds the lock.

    `share` offers a function to other processes under a name, `call` calls one that the owner offers. `renew` writes
    the note anew by which they find the owner, where it was removed or could not be written.
    """

    index: Index
    owned: bool
    share: Callable[..., None]
    call: Callable[..., Any]
    renew: Callable[[], None] = lambda: None


class Desk:
    """What the owner serves: its index, and the functions that it shares by name."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.shared: dict[str, Callable[..., Any]] = {}

    def share(self, name: str, function: Callable[..., Any]) -> None:
        self.shared[name] = function

    def call(self, name: str, *arguments: Any) -> Any:
        """Raises NotOfferedError."""
        if name not in self.shared:
            raise NotOfferedError(name)
        return self.shared[name](*arguments)

    def ask(self, name: str, *arguments: Any) -> Any:
        return getattr(self.index, name)(*arguments)


class Service(BaseManager):
    """The Unix socket between the owner and the others."""


class Reception:
    """Lets other processes in, each connection with a thread, until it is stopped. `server` is that of a
    manager, whose own way of serving ends with the process only."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.stopped = server.stop_event = threading.Event()  # the server looks at it after each call
        self.connections: WeakSet[Connection] = WeakSet()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                connection = self.server.listener.accept()
            except OSError:  # somebody left again, or too many files are open
                self.stopped.wait(0.1)
                continue
            self.connections.add(connection)
            threading.Thread(target=self.server.handle_request, args=(connection,), daemon=True).start()
        self.server.listener.close()

    def stop(self) -> None:
        """Lets nobody in any more and sends everybody away, who learns of it as of the end of the process."""
        self.stopped.set()
        with suppress(OSError):
            Client(self.server.address).close()  # whoever waits for somebody to come looks up
        for connection in list(self.connections):
            with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


class RemoteIndex:
    """The index of another process: every method is called there."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self.desk.ask(name, *arguments)


@contextmanager
def open_index(folder: Path, recipe: str) -> Iterator[Held]:
    """The index of a folder, owned or through its owner. Raises Busy, RecipeChanged or OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + PATIENCE
    lock = FileLock(folder / "owner.lock")
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if (held := reach(folder)) is not None:
                yield held
                return
            if time.monotonic() > deadline:
                raise Busy(
                    f"{folder}: another process holds the index and does not answer. Stop it, then try again."
                ) from None
            time.sleep(0.1)
            continue
        try:
            yield from own(folder, recipe)
        finally:
            lock.release()
        return


def own(folder: Path, recipe: str) -> Iterator[Held]:
    """The index of a folder whose lock this process holds."""
    desk = Desk(Index(folder, recipe))
    try:
        with serve(folder, desk) as note:
            yield Held(desk.index, True, desk.share, desk.call, note.renew)
    finally:
        desk.index.close()  # a thread that still reads or embeds must not write beside another owner


@contextmanager
def serve(folder: Path, desk: Desk) -> Iterator[Note]:
    """Answers other processes in a thread for as long as the context lasts."""

    class Own(Service):
        """What is registered counts for a class: two indexes that one process owns must not answer for each other."""

    Own.register("desk", lambda: desk, exposed=("ask", "call"))
    key = secrets.token_bytes(32)
    note = folder / "owner.json"
    reception = Reception(Own(new_address(note), key).get_server())
    threading.Thread(target=reception.run, name="reception", daemon=True).start()
    kept = Note(note, {"address": str(reception.server.address), "key": key.hex()})
    kept.renew()
    try:
        yield kept
    finally:
        with suppress(OSError):  # others find out by asking
            note.unlink(missing_ok=True)
        reception.stop()


class Note:
    """Says to others how the owner is reached; without it, such as on a full disk, they find it busy."""

    def __init__(self, path: Path, content: dict[str, str]) -> None:
        self.path, self.content, self.is_told = path, content, False

    def renew(self) -> None:
        """Writes the note where it does not lie there as it should; says once that it cannot."""
        if read_note(self.path) == self.content:
            return
        try:
            remove(self.path)
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(self.content, file)
            self.is_told = False
        except OSError as error:
            if not self.is_told:
                log.warning(
                    "%s cannot be written (%s): other commands do not reach this one.", self.path, error.strerror
                )
            self.is_told = True


def new_address(note: Path) -> str:
    """A path for the socket, outside of the data folder, whose path may be too long for one.

    The socket of an owner that was killed is removed; the lock says that it does not live.
    """
    if (left := read_note(note)) and (socket := Path(left["address"])).is_socket():
        socket.unlink(missing_ok=True)
    return str(Path(tempfile.gettempdir()) / f"index-{secrets.token_hex(8)}.sock")


def read_note(note: Path) -> dict[str, str] | None:
    """Where an owner can be reached, `address` and `key`; None where there is no note, a part of it, or a damaged
    one."""
    try:
        content = json.loads(note.read_text())
        return {"address": str(content["address"]), "key": bytes.fromhex(content["key"]).hex()}
    except (OSError, ValueError, LookupError, TypeError):
        return None


def reach(folder: Path) -> Held | None:
    """The owner's index, None where the owner is not there (yet, or any more)."""
    try:
        note = read_note(folder / "owner.json")
        if note is None:
            return None
        Service.register("desk")
        service = Service(note["address"], bytes.fromhex(note["key"]))
        service.connect()
        desk = cast(Any, service).desk()
    except (OSError, EOFError, AuthenticationError):
        return None
    return Held(cast(Index, RemoteIndex(desk)), False, lambda *_: None, desk.call)
