"""Forwards calls to the vector worker, each with its time limits."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

from store.vector_worker.errors import (
    VectorsDamagedError,
    VectorsFailedError,
    VectorsUnavailableError,
    WorkerEndedError,
)
from store.vector_worker.keeper import START_SECONDS, Keeper
from text.messages import NOTHING, Message, message

QUESTION_SECONDS = 2.0
"""Seconds that a question waits for vectors before it goes on without them."""
STUCK_SECONDS = 20.0
"""Seconds without an answer to a question after which the worker is killed."""
WORK_SECONDS = 60.0
"""Seconds after which the worker is killed in other calls, such as writing."""
RESTART_SECONDS = 5.0
"""Seconds that calls other than questions wait for a worker that has ended."""


class Supervisor(Keeper):
    """One worker process for one folder, and the calls to it. Thread-safe."""

    def ask(self, name: str, *arguments: Any) -> Any:
        """Calls the collection for a question, with a short time limit.

        Raises VectorsUnavailableError after QUESTION_SECONDS at the latest, and at once while an earlier question
        waits or a worker restarts.
        """
        return self.call(name, arguments, QUESTION_SECONDS, STUCK_SECONDS)

    def work(self, name: str, *arguments: Any) -> Any:
        """Calls the collection for long work.

        Raises VectorsUnavailableError if the worker cannot be started, ends or fails, or takes over WORK_SECONDS.
        """
        return self.call(name, arguments, None, WORK_SECONDS)

    def call(self, name: str, arguments: tuple[Any, ...], patience: float | None, limit: float) -> Any:
        """Forwards a call to the worker.

        `patience`: seconds that the caller waits; None for no limit.
        `limit`: seconds after which the worker is killed.
        Raises WorkerEndedError if the worker ends meanwhile, and VectorsFailedError if Chroma gives an error.
        Raises VectorsUnavailableError if the worker is not ready or not in time, or its server is away.
        """
        line = self.borrow(is_question=patience is not None, limit=limit)
        try:
            line.send((name, arguments))
            if not line.poll(patience):
                return self.give_up(line)
            kind, value = line.recv()
        except (EOFError, OSError):
            self.drop(line)
            raise WorkerEndedError(message("vectors.ended")) from None
        self.give_back(line)
        if kind == "away":
            raise VectorsUnavailableError(message("vectors.server_away", fault=value))
        if kind == "failed":
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
        """Takes a connection to the worker.

        Raises VectorsUnavailableError if the worker is not ready, or an earlier question still waits before a question.
        """
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

    def give_up(self, line: Connection) -> Any:
        """Leaves a connection to the keeper thread, which takes the late answer.

        Raises VectorsUnavailableError each time, because the caller has waited long enough.
        """
        with self.changed:
            self.late.add(line)
        raise VectorsUnavailableError(message("vectors.no_answer"))
