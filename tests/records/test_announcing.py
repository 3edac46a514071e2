"""Whether the service is paused, and the notice, outlast a restart and an absence of the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import create_engine

from records import Notice, Off, Records
from records.announcing import OFF
from records.exchanges import now

PAUSE = Off("王芳", "维护", {"zh": "周一恢复。"})
BROKEN = create_engine("sqlite:////nowhere/at/all.sqlite")


def test_a_pause_counts_at_once_and_outlasts_a_restart(open_with: Callable[[int], Records]) -> None:
    records = open_with(30)
    assert records.announcing.off is None
    records.announcing.pause(PAUSE)
    assert records.announcing.off == PAUSE
    assert open_with(30).announcing.off == PAUSE
    records.announcing.resume()
    assert records.announcing.off is None
    assert open_with(30).announcing.off is None


def test_a_notice_is_shown_between_its_moments(records: Records) -> None:
    notice = Notice({"en": "Closed."}, now(), now() + timedelta(hours=1))
    records.announcing.announce(notice)
    assert records.announcing.notice == notice
    moments = (notice.first - timedelta(seconds=1), notice.first, notice.last)
    assert [notice.is_shown(moment) for moment in moments] == [False, True, False]
    records.announcing.announce(None)
    assert records.announcing.notice is None


def test_where_the_records_are_away_the_last_known_state_counts_and_before_any_the_service_is_on(
    records: Records, open_with: Callable[[int], Records]
) -> None:
    records.announcing.pause(PAUSE)
    assert records.announcing.off == PAUSE
    later = open_with(30)
    for each in (records, later):
        each.announcing.desk.database.engine = BROKEN
        each.announcing.read_at = float("-inf")
    assert records.announcing.off == PAUSE
    assert later.announcing.off is None


def test_what_cannot_be_read_counts_as_nothing(records: Records) -> None:
    records.announcing.desk.set_value(OFF, "{}")
    assert records.announcing.off is None
