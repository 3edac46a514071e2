"""Whether the service is paused, and the notice, outlast a restart and an absence of the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from records import Notice, NotStorableError, Off, Records
from records.models import now
from records.staff.announcements import NOTICE, OFF

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


def test_where_the_records_are_away_a_pause_outlasts_even_a_restart(
    records: Records, open_with: Callable[[int], Records]
) -> None:
    records.announcing.pause(PAUSE)
    assert records.announcing.off == PAUSE
    later = open_with(30)
    for each in (records, later):
        each.announcing.desk.database.engine = BROKEN
        each.announcing.current.forget()
        assert each.announcing.off == PAUSE


def test_after_it_went_on_again_no_file_keeps_it_off(records: Records, open_with: Callable[[int], Records]) -> None:
    records.announcing.pause(PAUSE)
    records.announcing.resume()
    later = open_with(30)
    later.announcing.desk.database.engine = BROKEN
    assert later.announcing.off is None


def test_a_pause_that_cannot_be_read_keeps_the_service_off_and_a_notice_does_not_matter(records: Records) -> None:
    notice = Notice({"en": "Closed."}, now(), now() + timedelta(hours=1))
    records.announcing.announce(notice)
    records.announcing.desk.set_value(OFF, '{"who": "王')
    assert records.announcing.off is not None
    assert records.announcing.notice == notice
    records.announcing.desk.set_value(NOTICE, "{}")
    records.announcing.pause(PAUSE)
    assert records.announcing.off == PAUSE
    assert records.announcing.notice is None


def test_what_would_be_cut_is_refused(records: Records) -> None:
    words = dict.fromkeys(("zh", "en", "pt", "ru", "ar"), "\x01" * 1000)
    with pytest.raises(NotStorableError):
        records.announcing.pause(Off("王芳", "x", words))
    assert records.announcing.off is None
