"""Starts, restarts and stops the vector worker."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from multiprocessing import connection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from store.vector_worker.errors import VectorsDamagedError, VectorsUnavailableError
from store.vector_worker.server import ChromaServer
from text.messages import message

START_SECONDS = 60.0
"""Time limit for opening the folder; it usually takes about one second."""
TICK = 1.0
"""Seconds between two checks for a stuck worker."""
LONGEST_REST, SERVER_REST = 60.0, 5.0
"""Longest pauses between restarts of a worker that keeps ending, in seconds.

For a worker on files, and for one on a server, which comes back.
"""

log = logging.getLogger(__name__)

ENDED = VectorsUnavailableError(message("vectors.starting_again"))


class Keeper:
    """One worker process for a folder, or for a server of vectors. Thread-safe.

    A thread of its own starts the worker and outlives it: the kernel ends the worker together with the thread that
    started it, so a killed process leaves no worker behind.
    """

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        self.folder, self.server = folder, server
        self.changed, self.closing = threading.Condition(), threading.Event()
        self.state: Literal["starting", "ready", "failed"] = "starting"
        self.failure: VectorsUnavailableError = ENDED
        self.is_first, self.deaths = True, 0
        self.process: subprocess.Popen[bytes] | None = None
        self.channel = socket.socket()
        self.idle: list[Connection] = []
        self.ends_at: dict[Connection, float] = {}
        self.late: set[Connection] = set()
        self.keeper = threading.Thread(target=self.keep, name="vector worker", daemon=True)
        self.keeper.start()

    def open_line(self) -> Connection:
        """Opens a line to the worker.

        Raises VectorsUnavailableError if the keeper has ended.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.channel, [b"\0"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise VectorsUnavailableError(message("vectors.just_ended")) from None
        return Connection(ours.detach())

    def give_back(self, line: Connection) -> None:
        """Takes back a line whose call is done; the next call uses it."""
        with self.changed:
            if self.ends_at.pop(line, None) is None:
                line.close()  # its worker was killed
            else:
                self.late.discard(line)
                self.idle.append(line)

    def drop(self, line: Connection) -> None:
        """Closes a line that cannot be used any more."""
        with self.changed:
            self.ends_at.pop(line, None)
            self.late.discard(line)
        line.close()

    def keep(self) -> None:
        """Restarts the worker until `close`, with growing pauses."""
        while not self.closing.is_set():
            began = time.monotonic()
            if self.launch():
                self.watch()
            if time.monotonic() - began > LONGEST_REST:
                self.deaths = 0
            self.end()
            self.closing.wait(min(SERVER_REST if self.server else LONGEST_REST, 2**self.deaths / 4))

    def launch(self) -> bool:
        """Starts the worker; True if it has opened the folder."""
        try:
            with self.changed:
                self.state = "starting"
                self.start()
                greeting = self.open_line()
        except (OSError, VectorsUnavailableError) as error:
            return self.fail(VectorsUnavailableError(message("vectors.not_started", error=error)))
        with greeting:
            return self.hear(greeting)

    def start(self) -> None:
        """Starts the worker process, with a new channel to it."""
        self.channel, theirs = socket.socketpair()
        search_path = os.pathsep.join(path or "." for path in sys.path)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "store.vector_worker", str(self.folder), str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": search_path, "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,
            )

    def hear(self, greeting: Connection) -> bool:
        """Tells the worker what to open; returns True if it is ready.

        Otherwise the reason in its first message becomes the failure.
        """
        try:
            greeting.send(self.server)
            if not greeting.poll(START_SECONDS):
                slow = message("vectors.slow_start", seconds=f"{START_SECONDS:g}")
                return self.fail(VectorsUnavailableError(slow))
            kind, reason = greeting.recv()
        except (EOFError, OSError):
            # once may be chance, such as too little memory; twice in a row counts as damage
            is_damage = self.deaths and self.server is None
            kind, reason = ("damaged" if is_damage else "ended"), message("fault.worker_ends")
        if kind == "ready":
            with self.changed:
                self.state, self.is_first, self.failure = "ready", False, ENDED
                self.changed.notify_all()
            return True
        raised = VectorsDamagedError if kind == "damaged" else VectorsUnavailableError
        return self.fail(raised(message("vectors.not_opened", fault=reason)))

    def fail(self, failure: VectorsUnavailableError) -> bool:
        """Notes a failure, and logs it unless the last was the same; returns False."""
        if not self.closing.is_set() and failure.message != self.failure.message:
            log.warning("%s Questions are answered by words.", failure)
        with self.changed:
            self.state, self.failure, self.is_first = "failed", failure, False
            self.changed.notify_all()
        return False

    def watch(self) -> None:
        """Waits until the worker has ended; kills it if it does not answer in time."""
        while not connection.wait([self.channel], TICK):
            now = time.monotonic()
            for line in list(self.late):
                self.take_late_answer(line)
            with self.changed:
                is_stuck = any(end < now for end in self.ends_at.values())
            if is_stuck and self.process:
                self.fail(VectorsUnavailableError(message("vectors.was_ended")))
                self.process.kill()
        if self.state == "ready":
            self.fail(VectorsUnavailableError(message("vectors.ended")))

    def take_late_answer(self, line: Connection) -> None:
        """Discards an answer that has come late, so that its line is free again."""
        try:
            if line.poll(0):
                line.recv()
                self.give_back(line)
        except (EOFError, OSError):
            self.drop(line)

    def end(self) -> None:
        """Kills the worker, if it lives, and closes all connections to it."""
        self.deaths += 1
        if self.process:
            self.process.kill()
            self.process.wait()
        with self.changed:
            for line in [*self.idle, *self.late]:
                line.close()
            self.idle, self.late, self.ends_at = [], set(), {}
            self.channel.close()

    def close(self) -> None:
        """Stops the worker and the keeper thread.

        Finished writes are safe; a write in progress is cut off.
        """
        self.closing.set()
        with self.changed:
            self.changed.notify_all()
        while self.keeper.is_alive():
            with self.changed:
                if self.process:
                    self.process.kill()
            self.keeper.join(0.05)
