"""Starts, restarts and stops the vector worker, and forwards calls to it."""

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
from typing import Any, Literal

from store.messages import NOTHING, Message, message
from store.vector_worker.errors import (
    VectorsDamagedError,
    VectorsFailedError,
    VectorsUnavailableError,
    WorkerEndedError,
)

START_SECONDS = 60.0
"""Time limit for opening the folder; it usually takes about one second."""
QUESTION_SECONDS = 2.0
"""Seconds that a question waits for vectors before it goes on without them."""
STUCK_SECONDS = 20.0
"""Seconds without an answer to a question after which the worker is killed."""
WORK_SECONDS = 60.0
"""Seconds after which the worker is killed in other calls, such as writing."""
RESTART_SECONDS = 5.0
"""Seconds that calls other than questions wait for a worker that has ended."""
TICK = 1.0
"""Seconds between two checks for a stuck worker."""
LONGEST_REST = 60.0
"""Longest pause, in seconds, between restarts of a worker that keeps ending."""

log = logging.getLogger(__name__)


ENDED = VectorsUnavailableError(message("vectors.starting_again"))


class Supervisor:
    """One worker process for one folder. Thread-safe.

    A thread of its own starts the worker and outlives it: the kernel ends the worker together with the thread that
    started it, so a killed process leaves no worker behind.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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

    # Calls

    def ask(self, name: str, *arguments: Any) -> Any:
        """Calls the collection for a question, with a short time limit.

        Raises VectorsUnavailableError after QUESTION_SECONDS at the latest, and at once while an earlier question
        waits or a worker restarts.
        """
        return self.call(name, arguments, QUESTION_SECONDS, STUCK_SECONDS)

    def work(self, name: str, *arguments: Any) -> Any:
        """Calls the collection for long work. Raises VectorsUnavailableError."""
        return self.call(name, arguments, None, WORK_SECONDS)

    def call(self, name: str, arguments: tuple[Any, ...], patience: float | None, limit: float) -> Any:
        """Forwards a call to the worker.

        `patience`: seconds that the caller waits; None for no limit.
        `limit`: seconds after which the worker is killed.
        """
        line = self.borrow(is_question=patience is not None, limit=limit)
        try:
            line.send((name, arguments))
            if not line.poll(patience):
                return self.give_up(line)
            is_done, value = line.recv()
        except (EOFError, OSError):
            self.drop(line)
            raise WorkerEndedError(message("vectors.ended")) from None
        self.give_back(line)
        if not is_done:
            raise VectorsFailedError(value)
        return value

    def wait_until_decided(self, seconds: float = START_SECONDS) -> None:
        """Waits until the worker is ready or has failed."""
        with self.changed:
            self.changed.wait_for(lambda: self.state != "starting", seconds)

    def wait_until_ready(self) -> None:
        """Waits for a worker that starts or restarts, but not after damage was found."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.state == "ready" or self.closing.is_set() or isinstance(self.failure, VectorsDamagedError),
                START_SECONDS if self.state == "starting" else RESTART_SECONDS,
            )

    def trouble(self) -> Message:
        """Reason why vectors cannot be read now; "" if they can, or at the first start."""
        with self.changed:
            if self.late:
                return message("vectors.no_answer")
            is_well = self.state == "ready" or (self.state == "starting" and self.is_first)
            return NOTHING if is_well else self.failure.message

    def borrow(self, is_question: bool, limit: float) -> Connection:
        """Takes a connection to the worker. Raises VectorsUnavailableError."""
        if not is_question:
            self.wait_until_ready()
        elif self.is_first:
            self.wait_until_decided()
        with self.changed:
            if self.state != "ready":
                raise type(self.failure)(self.failure.message)
            if is_question and self.late:
                raise VectorsUnavailableError(message("vectors.no_answer"))
            line = self.idle.pop() if self.idle else self.open_line()
            self.ends_at[line] = time.monotonic() + limit
        return line

    def open_line(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.channel, [b"\0"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise VectorsUnavailableError(message("vectors.just_ended")) from None
        return Connection(ours.detach())

    def give_up(self, line: Connection) -> Any:
        """Leaves a connection to the keeper thread, which takes the late answer.

        Raises VectorsUnavailableError.
        """
        with self.changed:
            self.late.add(line)
        raise VectorsUnavailableError(message("vectors.no_answer"))

    def give_back(self, line: Connection) -> None:
        with self.changed:
            if self.ends_at.pop(line, None) is None:
                line.close()  # its worker was killed
            else:
                self.late.discard(line)
                self.idle.append(line)

    def drop(self, line: Connection) -> None:
        with self.changed:
            self.ends_at.pop(line, None)
            self.late.discard(line)
        line.close()

    # Keeper thread

    def keep(self) -> None:
        """Restarts the worker until `close`, with growing pauses."""
        while not self.closing.is_set():
            began = time.monotonic()
            if self.launch():
                self.watch()
            if time.monotonic() - began > LONGEST_REST:
                self.deaths = 0
            self.end()
            self.closing.wait(min(LONGEST_REST, 2**self.deaths / 4))

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
        """Receives the worker's first message: ready, or the reason why not."""
        try:
            if not greeting.poll(START_SECONDS):
                slow = message("vectors.slow_start", seconds=f"{START_SECONDS:g}")
                return self.fail(VectorsUnavailableError(slow))
            kind, reason = greeting.recv()
        except (EOFError, OSError):
            # once may be chance, such as too little memory; twice in a row counts as damage
            kind, reason = ("damaged" if self.deaths else "ended"), "the process that opens them ends"
        if kind == "ready":
            with self.changed:
                self.state, self.is_first, self.failure = "ready", False, ENDED
                self.changed.notify_all()
            return True
        raised = VectorsDamagedError if kind == "damaged" else VectorsUnavailableError
        return self.fail(raised(message("vectors.not_opened", fault=reason)))

    def fail(self, failure: VectorsUnavailableError) -> bool:
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
