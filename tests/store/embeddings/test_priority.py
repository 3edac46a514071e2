"""A sync gives way to questions, and still gets on."""

from __future__ import annotations

import time
from threading import Thread

from store.embeddings.priority import QUIET, Priority


def enter(courtesy: Priority, times: list[float]) -> None:
    with courtesy.turn(background=True):
        times.append(time.monotonic())


def test_a_sync_waits_until_no_question_is_at_work() -> None:
    courtesy, times = Priority(), list[float]()
    with courtesy.turn(background=False):
        pass
    enter(courtesy, times)
    assert times[0] >= courtesy.asked + QUIET


def test_a_question_never_waits_for_its_turn() -> None:
    courtesy, times = Priority(), list[float]()
    with courtesy.turn(background=False):
        pass
    waiting = Thread(target=enter, args=(courtesy, times))
    waiting.start()
    with courtesy.turn(background=False):
        assert times == []
    waiting.join()


def test_a_sync_gets_its_turn_although_questions_never_end() -> None:
    courtesy, times = Priority(), list[float]()
    with courtesy.turn(background=False):
        pass
    waiting = Thread(target=enter, args=(courtesy, times))
    waiting.start()
    for _ in range(10_000):
        with courtesy.turn(background=False):
            pass
        if times:
            break
        time.sleep(QUIET / 10)
    assert times
    waiting.join()
