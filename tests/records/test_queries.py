"""What the staff look for is found, the newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from records import Filter, Reason, Records, Thumb
from records.models import handle_of
from records.queries import start_of
from tests.records.conftest import asked

TODAY = date.today()
NOON = timedelta(hours=12)


@pytest.fixture
def filled(records: Records) -> Records:
    """Four exchanges, from today to three days ago; the third was rated badly, the fourth well."""
    exchanges = [
        asked("今天 100% 的问题", "answered"),
        asked("Сколько НДС в России?", "not_in_knowledge_base", language="ru", answer=""),
        asked("What is the tax?", "answered", language="en", answer="Ärger 25_5"),
        asked("上海", "failed", answer=""),
    ]
    for days, exchange in enumerate(exchanges):
        moment = start_of(TODAY - timedelta(days)) + NOON
        records.keep(replace(exchange, asked_at=moment, id=str(days)))
    records.rate("2", False, Reason.NOT_ASKED, "не тот налог")
    records.rate("3", True)
    return records


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "0123"),
        (Filter(outcome="answered"), "02"),
        (Filter(language="ru"), "1"),
        (Filter(first=TODAY - timedelta(1)), "01"),
        (Filter(last=TODAY - timedelta(2)), "23"),
        (Filter(first=TODAY - timedelta(2), last=TODAY - timedelta(1)), "12"),
        (Filter(rated=Thumb.NOT_USEFUL), "2"),
        (Filter(rated=Thumb.USEFUL), "3"),
        (Filter(rated=Thumb.NONE), "01"),
        (Filter(rating_reason=Reason.NOT_ASKED), "2"),
        (Filter(rating_reason=Reason.LANGUAGE), ""),
        (Filter(text="ндс"), "1"),
        (Filter(text="ärgER"), "2"),
        (Filter(text="НЕ ТОТ"), "2"),
        (Filter(text="100%"), "0"),
        (Filter(text="%"), "0"),
        (Filter(text="_"), "2"),
        (Filter(text="上\0海\ud800"), ""),
        (Filter(text="上\0海"), "3"),
        (Filter(text="'; DROP TABLE exchanges; --"), ""),
        (Filter(outcome="answered", language="en", rated=Thumb.NOT_USEFUL, text="tax"), "2"),
        (Filter(outcome="no such"), ""),
        (Filter(text=handle_of("2")[:8].upper()), "2"),
        (Filter(text=handle_of("2")[:4] + " " + handle_of("2")[4:8]), "2"),
        (Filter(text=handle_of("2")[:7]), ""),
    ],
)
def test_a_filter_lets_through_what_it_names(filled: Records, wanted: Filter, found: str) -> None:
    assert "".join(each.id for each in filled.exchanges(wanted)) == found


def test_pages_follow_one_another(filled: Records) -> None:
    assert [each.id for each in filled.exchanges(limit=2)] == ["0", "1"]
    assert [each.id for each in filled.exchanges(limit=2, offset=2)] == ["2", "3"]
    assert [each.id for each in filled.exchanges(limit=None, offset=1)] == ["1", "2", "3"]
    assert filled.exchanges(limit=2, offset=4) == []
