"""Health: the event loop answers and the threads move.

Probes run in threads of their own.
"""

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
"""Time limit of a trivial task in the thread pool."""
EVERY_SECONDS = 5.0
"""Pause of a probe between two attempts."""

State = Literal["ok", "failing", "stuck"]
Thing = TypeVar("Thing")

LOG = logging.getLogger(__name__)


class Check(Protocol):
    """A health check."""

    name: str

    def state(self) -> State:
        """Returns `ok`, `failing` or `stuck`."""
        ...

    def seconds_ago(self) -> float:
        """Seconds since the last progress."""
        ...


class Probe:
    """Repeats an attempt.

    It is stuck if an attempt takes longer than `limit` seconds, and failing if it raises.
    """

    def __init__(self, name: str, attempt: Callable[[], object], limit: float, every: float = EVERY_SECONDS) -> None:
        self.name, self.attempt, self.limit, self.every = name, attempt, limit, every
        self.began: float | None = None
        self.succeeded = time.monotonic()
        self.is_failing = False

    def run(self, stop: threading.Event) -> None:
        """Repeats the attempt until `stop` is set; meant for a thread of its own."""
        while not stop.is_set():
            self.began = time.monotonic()
            try:
                self.attempt()
                self.succeeded, self.is_failing = time.monotonic(), False
            except Exception:  # any error is the result of the probe
                if not self.is_failing:
                    LOG.exception("The probe of %s fails.", self.name)
                self.is_failing = True
            self.began = None
            stop.wait(self.every)

    def state(self) -> State:
        """Returns `stuck` in an attempt over the limit, `failing` after a failed one."""
        began = self.began
        if began is not None and time.monotonic() - began > self.limit:
            return "stuck"
        return "failing" if self.is_failing else "ok"

    def seconds_ago(self) -> float:
        """Returns the seconds since the last success, or else since the start."""
        return time.monotonic() - self.succeeded


class Pulse:
    """Check of a part that reports its progress; stuck after `limit` seconds."""

    def __init__(self, name: str, moved: Callable[[], float], limit: float) -> None:
        self.name, self.moved, self.limit = name, moved, limit

    def state(self) -> State:
        """Returns `stuck` after more than `limit` seconds without progress, else `ok`."""
        return "stuck" if self.seconds_ago() > self.limit else "ok"

    def seconds_ago(self) -> float:
        """Returns the seconds since the last progress."""
        return time.monotonic() - self.moved()


class Steps:
    """Running steps of answers.

    Stuck if `most` of them at once take longer than `limit` seconds: then no other question gets a turn.
    """

    name = "answers"

    def __init__(self, limit: float = 300.0, most: int = 16) -> None:
        self.limit, self.most = limit, most
        self.began: dict[object, float] = {}

    def time_answers(self, answers: Iterator[Thing]) -> Iterator[Thing]:
        """Yields the answers and times only the making of each, not their use.

        Closes them when closed.
        """
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
        """Returns `stuck` if `most` steps take longer than `limit` seconds, else `ok`."""
        now = time.monotonic()
        return "stuck" if sum(now - began > self.limit for began in list(self.began.values())) >= self.most else "ok"

    def seconds_ago(self) -> float:
        """Returns the seconds that the longest running step takes; 0 if none runs."""
        now = time.monotonic()
        return now - min(list(self.began.values()), default=now)


@dataclass(frozen=True)
class Finding:
    """Result of all checks: overall health, and state and age of each check."""

    is_well: bool
    checks: dict[str, dict[str, str | float]]


class Health:
    """Health of this process from `checks`; `watch` starts the probes among them."""

    def __init__(self, *checks: Check) -> None:
        self.checks = checks
        self.stop = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        """Event loop of the page; None until it runs."""

    def watch(self) -> None:
        """Starts the probes, each in a thread of its own: a stuck one blocks no others."""
        for each in self.checks:
            if isinstance(each, Probe):
                threading.Thread(target=each.run, args=(self.stop,), name=f"probe {each.name}", daemon=True).start()

    async def check(self) -> Finding:
        """Runs all checks, within little more than POOL_SECONDS."""
        found: dict[str, dict[str, str | float]] = {"threads": {"state": await pool_state()}}
        for each in self.checks:
            found[each.name] = {"state": each.state(), "seconds_ago": round(each.seconds_ago(), 1)}
        return Finding(all(each["state"] != "stuck" for each in found.values()), found)

    def troubles(self) -> list[str]:
        """Returns the names of checks that are stuck or failing."""
        return [each.name for each in self.checks if each.state() != "ok"]

    def begin(self) -> None:
        """Stores the event loop; called in it."""
        self.loop = asyncio.get_running_loop()

    def check_from_outside(self, seconds: float) -> bool:
        """True if the loop reports health within `seconds`; called from another thread."""
        if self.loop is None:
            return False
        asked = asyncio.run_coroutine_threadsafe(self.check(), self.loop)
        try:
            return asked.result(seconds).is_well
        except Exception:  # no result: the loop is stuck or closed
            asked.cancel()
            return False


async def pool_state() -> State:
    """Returns "stuck" if the thread pool has no free thread in POOL_SECONDS."""
    with anyio.move_on_after(POOL_SECONDS) as waiting:
        await run_sync(int, abandon_on_cancel=True)
    return "stuck" if waiting.cancelled_caught else "ok"
