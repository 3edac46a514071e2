"""The line before what takes much of the machine: short, in order of rank, and nothing of it is left behind."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from web.staff.identity.waiting_line import Line, TooManyAttemptsError


def enter(line: Line, rank: int, order: list[int]) -> None:
    with line.turn(rank):
        order.append(rank)


def waiting(line: Line, number: int) -> None:
    """Returns once so many wait."""
    while len(line.waiting) < number:
        time.sleep(0.005)


def test_the_lowest_rank_is_next_and_takes_the_place_of_the_highest() -> None:
    line, order = Line(3, 30), list[int]()
    with ThreadPoolExecutor(5) as threads:
        with line.turn():
            first: list[Future[None]] = []
            for number, rank in enumerate((5, 9, 7), 1):
                first.append(threads.submit(enter, line, rank, order))
                waiting(line, number)
            assert isinstance(threads.submit(enter, line, 9, order).exception(), TooManyAttemptsError), (
                "as late and as high as any"
            )
            last = threads.submit(enter, line, 1, order)
            assert isinstance(first[1].exception(), TooManyAttemptsError)
        last.result()
    assert order == [1, 5, 7]


def test_who_has_waited_long_enough_is_told_so_and_leaves_no_trace() -> None:
    line = Line(3, 0.01)
    with line.turn(), pytest.raises(TooManyAttemptsError):
        enter(line, 1, [])
    assert not line.waiting and not line.is_taken


def test_a_turn_that_fails_is_given_back() -> None:
    line = Line(3, 1)
    with pytest.raises(ZeroDivisionError), line.turn():
        raise ZeroDivisionError
    enter(line, 1, order := [])
    assert order == [1]
