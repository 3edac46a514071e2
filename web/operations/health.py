"""Whether the process lives: its event loop answers and its threads move, watched by probes in threads of their own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import anyio
from anyio.to_thread import run_sync

POOL_SECONDS = 1.0
"""How long a trivial task of the pool of threads may take."""
EVERY_SECONDS = 5.0
"""How long a probe rests between two looks."""

State = Literal["ok", "failing", "stuck"]
Thing = TypeVar("Thing")

LOG = logging.getLogger(__name__)


class Check(Protocol):
    """Something of which it is known how it is."""

    name: str

    def state(self) -> State: ...

    def seconds_ago(self) -> float:
        """How long ago it was seen to move."""
        ...


class Probe:
    """Something that is tried again and again. One that does not come back within `limit` seconds is stuck; one that
    raises is failing."""

    def __init__(self, name: str, attempt: Callable[[], object], limit: float, every: float = EVERY_SECONDS) -> None:
        self.name, self.attempt, self.limit, self.every = name, attempt, limit, every
        self.began: float | None = None
        self.succeeded = time.monotonic()
        self.is_failing = False

    def run(self, stop: threading.Event) -> None:
        """Tries until `stop` is set; meant for a thread of its own."""
        while not stop.is_set():
            self.began = time.monotonic()
            try:
                self.attempt()
                self.succeeded, self.is_failing = time.monotonic(), False
            except Exception:  # whatever goes wrong is the finding
                if not self.is_failing:
                    LOG.exception("The probe of %s fails.", self.name)
                self.is_failing = True
            self.began = None
            stop.wait(self.every)

    def state(self) -> State:
        began = self.began
        if began is not None and time.monotonic() - began > self.limit:
            return "stuck"
        return "failing" if self.is_failing else "ok"

    def seconds_ago(self) -> float:
        return time.monotonic() - self.succeeded


class Pulse:
    """Something that shows by itself when it moved last; stuck where that is more than `limit` seconds ago."""

    def __init__(self, name: str, moved: Callable[[], float], limit: float) -> None:
        self.name, self.moved, self.limit = name, moved, limit

    def state(self) -> State:
        return "stuck" if self.seconds_ago() > self.limit else "ok"

    def seconds_ago(self) -> float:
        return time.monotonic() - self.moved()


class Steps:
    """The steps of answers that are being made. Stuck where `most` of them at once take longer than `limit` seconds:
    nobody else gets a turn then."""

    name = "answers"

    def __init__(self, limit: float = 300.0, most: int = 16) -> None:
        self.limit, self.most = limit, most
        self.began: dict[object, float] = {}

    def timed(self, answers: Iterator[Thing]) -> Iterator[Thing]:
        """The same answers; only the making of each is timed, not what is done with it. Closes them when closed."""
        own = object()
        with closing(answers) if isinstance(answers, Generator) else nullcontext():
            while True:
                self.began[own] = time.monotonic()
                try:
                    answer = next(answers)
                except StopIteration:
                    return
                finally:
                    del self.began[own]
                yield answer

    def state(self) -> State:
        now = time.monotonic()
        return "stuck" if sum(now - began > self.limit for began in list(self.began.values())) >= self.most else "ok"

    def seconds_ago(self) -> float:
        now = time.monotonic()
        return now - min(list(self.began.values()), default=now)


@dataclass(frozen=True)
class Finding:
    """What was found out: whether all moves, and for each thing a word with the seconds since it went well last."""

    is_well: bool
    checks: dict[str, dict[str, str | float]]


class Health:
    """The health of this process, told from `checks`; those that are probes are tried once it watches."""

    def __init__(self, *checks: Check) -> None:
        self.checks = checks
        self.stop = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop that serves the page; known once it runs."""

    def watch(self) -> None:
        """Starts the probes, each in a thread of its own: one that hangs keeps back no other."""
        for each in self.checks:
            if isinstance(each, Probe):
                threading.Thread(target=each.run, args=(self.stop,), name=f"probe {each.name}", daemon=True).start()

    async def check(self) -> Finding:
        """What is found within little more than POOL_SECONDS."""
        found: dict[str, dict[str, str | float]] = {"threads": {"state": await pool_state()}}
        for each in self.checks:
            found[each.name] = {"state": each.state(), "seconds_ago": round(each.seconds_ago(), 1)}
        return Finding(all(each["state"] != "stuck" for each in found.values()), found)

    def troubles(self) -> list[str]:
        """The names of what is stuck or failing."""
        return [each.name for each in self.checks if each.state() != "ok"]

    def begin(self) -> None:
        """Notes the event loop; called in it."""
        self.loop = asyncio.get_running_loop()

    def check_from_outside(self, seconds: float) -> bool:
        """Whether the loop says within so many seconds that all is well; for a thread beside it."""
        if self.loop is None:
            return False
        asked = asyncio.run_coroutine_threadsafe(self.check(), self.loop)
        try:
            return asked.result(seconds).is_well
        except Exception:  # no answer is an answer: the loop is stuck, or gone
            asked.cancel()
            return False


async def pool_state() -> State:
    """Whether the threads that serve requests have one to spare."""
    with anyio.move_on_after(POOL_SECONDS) as waiting:
        await run_sync(int, abandon_on_cancel=True)
    return "stuck" if waiting.cancelled_caught else "ok"
