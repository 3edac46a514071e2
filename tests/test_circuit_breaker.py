"""What fails is left alone for a while; then one caller tries it for all."""

from __future__ import annotations

import time

from circuit_breaker import Breaker


def test_after_a_failure_nobody_is_let_through_for_a_pause() -> None:
    breaker = Breaker(pause=60, trial=60)
    assert breaker.lets_through()
    assert breaker.trip(), "the first failure is told, to be logged once"
    assert not breaker.lets_through() and not breaker.trip()


def test_after_the_pause_one_caller_tries_until_it_is_known_how_it_went() -> None:
    breaker = Breaker(pause=0, trial=60)
    breaker.trip()
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    assert breaker.close() and not breaker.close()
    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_a_caller_that_never_comes_back_is_not_waited_for() -> None:
    breaker = Breaker(pause=0, trial=0.01)
    breaker.trip()
    assert breaker.lets_through()
    time.sleep(0.02)
    assert breaker.lets_through()
