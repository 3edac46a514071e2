"""The number of gaps in the menu: that of the page of gaps, and never waited for twice."""

from __future__ import annotations

import time
from threading import Event

import pytest

from bot.diagnostics.knowledge_gaps import Gap
from tests.web.staff.conftest import fill, until
from tests.web.staff.gaps.test_routes import GUIDE, MEXICO, ONE, OTHER, unanswered
from web.staff.context import StaffContext
from web.staff.gaps.search import DAYS, FRESH, GLANCE, Grouping, Search


def test_the_menu_searches_once_and_shows_the_number_that_the_page_has_found(room: StaffContext) -> None:
    grouping = Grouping(room)
    unanswered(room, ONE)
    assert len(grouping.search(DAYS, 60).found) == grouping.open_gaps() == 1
    unanswered(room, OTHER)
    assert grouping.open_gaps() == 1 and not grouping.running, "no page searches again for some minutes"
    assert len(grouping.search(DAYS, 60).found) == grouping.open_gaps() == 2, "but the page of gaps does"


def test_a_search_that_took_long_is_as_fresh_at_its_end_as_another(room: StaffContext) -> None:
    grouping = Grouping(room)
    search = grouping.search(DAYS, 60)
    search.began -= 2 * FRESH
    assert not grouping.is_due()
    search.ended_at -= 2 * FRESH
    assert grouping.is_due()


def test_an_old_number_is_shown_at_once_while_the_new_one_is_searched_for(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouping, may_end = Grouping(room), Event()
    unanswered(room, ONE)
    grouping.search(DAYS, 60).ended_at -= 2 * FRESH
    unanswered(room, OTHER)
    find = grouping.find

    def find_late(search: Search) -> list[Gap]:
        assert may_end.wait(60)
        return find(search)

    monkeypatch.setattr(grouping, "find", find_late)
    started = time.monotonic()
    assert [grouping.open_gaps() for _ in range(10)] == [1] * 10 and list(grouping.running) == [DAYS]
    assert time.monotonic() - started < 10 * GLANCE, "ten pages have not waited for it"
    may_end.set()
    until(lambda: grouping.open_gaps() == 2)


def test_a_decision_or_a_change_of_the_documents_makes_the_menu_search_again(room: StaffContext) -> None:
    grouping = Grouping(room)
    grouping.search(DAYS, 60)
    assert not grouping.is_due()
    grouping.forget()
    assert grouping.is_due()
    grouping.search(DAYS, 60)
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE})
    room.library.sync()
    assert grouping.is_due(), "a document was published"
    grouping.search(DAYS, 60)
    room.trash.take(MEXICO, "removed", "王芳", room.index.document)
    room.library.sync()
    assert grouping.is_due(), "a document was removed"
