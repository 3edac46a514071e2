"""Something that a thread has begun and ends when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

SECONDS = 60


@contextmanager
def begun(steps: Iterator[None]) -> Iterator[Callable[[], None]]:
    """Runs a generator in a thread up to its `yield`. What is given lets it go on, and waits for its end."""
    inside, leave = Event(), Event()

    def run() -> None:
        for _ in steps:
            inside.set()
            assert leave.wait(SECONDS)

    def end() -> None:
        leave.set()
        thread.join(SECONDS)
        assert not thread.is_alive()

    thread = Thread(target=run)
    thread.start()
    assert inside.wait(SECONDS)
    try:
        yield end
    finally:
        end()
