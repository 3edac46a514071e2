"""A clock that was set forward deletes nothing: old records go when the clock has been right for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from records import Records
from records.database_state import StateRow
from records.expiry import DOUBT_SECONDS, EXPIRY_SECONDS
from records.models import now
from tests.records.conftest import asked

Open = Callable[[int], Records]
Log = pytest.LogCaptureFixture


def set_last_expiry(records: Records, moment: datetime) -> None:
    """As if the clock had stood there at the last expiry: seen from it, today's clock was set forward."""
    records.expiry.last = None
    with records.database.session() as session:
        session.execute(update(StateRow).values(expired_at=moment))


def last_expiry(records: Records) -> datetime | None:
    with records.database.session() as session:
        return session.scalar(select(StateRow.expired_at))


def pass_time(records: Records, seconds: float) -> None:
    """As if the process had run so long: its clocks of a doubt and of the last try are put back."""
    records.expiry.tried_at -= seconds
    records.expiry.doubted_since -= seconds


def test_a_clock_200_days_ahead_deletes_nothing_at_any_opening(open_with: Open, caplog: Log) -> None:
    before = open_with(180)
    before.expiry.tried_at = float("inf")
    before.keep(asked(asked_at=now() - timedelta(200)))
    set_last_expiry(before, now() - timedelta(200))
    for _ in range(2):
        assert len(open_with(180).exchanges()) == 1
    assert "records expire" in caplog.text


def test_a_clock_that_jumps_while_the_service_runs_deletes_only_after_a_day(records: Records) -> None:
    records.keep(asked(asked_at=now() - timedelta(200)))
    set_last_expiry(records, now() - timedelta(8))
    pass_time(records, EXPIRY_SECONDS)
    for _ in range(3):
        records.expiry.run_when_due()
        assert len(records.exchanges()) == 1
        pass_time(records, EXPIRY_SECONDS)
    pass_time(records, DOUBT_SECONDS)
    records.expiry.run_when_due()
    assert records.exchanges() == []
    noted = last_expiry(records)
    assert noted and now() - noted < timedelta(hours=1)


def test_a_clock_that_is_set_right_within_the_day_is_no_longer_doubted(records: Records, caplog: Log) -> None:
    for _ in range(2):  # the second jump is doubted for a whole day again
        set_last_expiry(records, now() - timedelta(8))
        pass_time(records, EXPIRY_SECONDS)
        records.expiry.run_when_due()
        set_last_expiry(records, now() + timedelta(1))
        pass_time(records, DOUBT_SECONDS)
        records.expiry.run_when_due()
    assert caplog.text.count("old records were last deleted") == 2


def test_who_expires_by_hand_says_that_the_clock_is_right(open_with: Open) -> None:
    before = open_with(180)
    before.keep(asked(asked_at=now() - timedelta(200)))
    set_last_expiry(before, now() - timedelta(8))
    by_hand = open_with(180)
    assert by_hand.expire(now()) == 1
    before.keep(asked(asked_at=now() - timedelta(200)))
    assert open_with(180).exchanges() == []
