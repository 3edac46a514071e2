"""Questions are counted as they are listed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records import Filter, Reason, Records, Thumb, counts
from records.reading import start_of
from tests.records.conftest import asked

TODAY = date.today()
YESTERDAY = TODAY - timedelta(1)


@pytest.fixture
def filled(records: Records) -> Records:
    """Two of today, at its beginning and its end, one of the last moment of yesterday."""
    last = start_of(TODAY) - timedelta(milliseconds=1)
    end = start_of(TODAY + timedelta(1)) - timedelta(seconds=1)
    records.keep(asked("a", id="a", topic="tax", asked_at=start_of(TODAY)))
    records.keep(asked("b", "failed", id="b", language="en", asked_at=end))
    records.keep(asked("c", id="c", topic="tax", asked_at=last))
    records.rate("c", False, Reason.OTHER, "旧")
    return records


def test_each_kind_is_counted_the_most_frequent_first(filled: Records) -> None:
    found = counts(filled.database, Filter())
    assert found.total == 3
    assert found.outcomes == (("answered", 2), ("failed", 1))
    assert found.languages == (("zh", 2), ("en", 1))
    assert found.topics == (("tax", 2), ("", 1))
    assert found.days == ((TODAY, 2), (YESTERDAY, 1))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(first=TODAY),
        Filter(last=YESTERDAY),
        Filter(topic="tax", language="zh"),
        Filter(rated=Thumb.NOT_USEFUL),
        Filter(rated=Thumb.NONE),
        Filter(rating_reason=Reason.OTHER),
        Filter(text="旧"),
        Filter(text="nowhere"),
    ],
)
def test_as_many_are_counted_as_are_listed(filled: Records, wanted: Filter) -> None:
    listed = filled.exchanges(wanted)
    found = counts(filled.database, wanted)
    assert found.total == sum(count for _, count in found.days) == len(listed)
    assert {day for day, _ in found.days} == {each.asked_at.astimezone().date() for each in listed}
