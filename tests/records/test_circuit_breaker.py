"""A database that was silent is used again as soon as it answers, whatever it answers."""

from __future__ import annotations

from contextlib import suppress

import pytest

from circuit_breaker import Breaker
from records import RecordsUnavailableError, UnknownRecordError
from records.circuit_breaker import guarding
from records.errors import RecordRefusedError
from text.messages import sentences


def tried(error: Exception | None) -> Breaker:
    """The breaker of a database that was silent, after one caller has tried it."""
    breaker = Breaker(pause=0, trial=60)
    breaker.trip()
    with suppress(Exception), guarding(breaker):
        if error:
            raise error
    return breaker


@pytest.mark.parametrize("error", [None, UnknownRecordError("gone"), RecordRefusedError("too long"), ValueError()])
def test_one_that_answers_is_used_by_all(error: Exception | None) -> None:
    assert not tried(error).is_open


def test_one_that_refuses_quickly_is_tried_again_after_a_pause_and_not_after_the_time_of_a_trial() -> None:
    breaker = tried(RecordsUnavailableError("refused"))
    assert breaker.is_open and breaker.lets_through()


def test_while_it_is_silent_callers_are_told_so_in_their_language() -> None:
    breaker = Breaker(pause=60, trial=60)
    breaker.trip()
    silent = "the database did not respond a moment ago"
    with pytest.raises(RecordsUnavailableError, match=silent) as away, guarding(breaker):
        pass
    assert away.value.message.say(sentences("zh")) == "无法访问记录数据库（数据库刚才没有响应）。程序会自动重试。"
