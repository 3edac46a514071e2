"""What staff do about a request stays with it, also if the person asks again, and goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records import Closing, Exchange, PersonRequest, Records, UnknownRecordError
from records.models import now

WISH = PersonRequest("1" * 32, "Anna", "anna@example.org", datetime.now(UTC))


def asked(records: Records, wish: PersonRequest = WISH) -> int:
    records.keep(Exchange(wish.exchange_id, "q", "answered"))
    records.ask_person(wish)
    return records.requests()[0].id


def test_a_request_is_taken_noted_replied_to_and_closed_once(records: Records) -> None:
    work, number = records.request_work, asked(records)
    work.assign(number, "王芳")
    work.note(number, "called")
    work.reply(number, "25 %")
    work.close(number, Closing.PASSED_ON, "王芳")
    work.close(number, Closing.ANSWERED, "somebody else")
    one = work.one(number)
    assert (one.assigned_to, one.staff_note, one.reply, one.closing, one.closed_by) == (
        "王芳", "called", "25 %", "passed_on", "王芳",
    )  # fmt: skip
    assert one.done_at and work.assignees() == ["王芳"] and records.open_requests() == 0
    assert "called" not in repr(one) and "25 %" not in repr(one)


def test_who_asks_again_is_open_again_with_the_notes_of_the_staff(records: Records) -> None:
    work, number = records.request_work, asked(records)
    work.note(number, "called")
    work.close(number, Closing.NOT_REACHED, "王芳")
    records.ask_person(replace(WISH, consented_at=WISH.consented_at + timedelta(minutes=1)))
    (one,) = records.requests(open_only=True)
    assert (one.staff_note, one.closing, one.closed_by) == ("called", "", "")


def test_a_request_closed_by_mistake_is_opened_again(records: Records) -> None:
    work, number = records.request_work, asked(records)
    work.assign(number, "王芳")
    work.close(number, Closing.WITHDRAWN, "王芳")
    work.reopen(number)
    one = work.one(number)
    assert (one.done_at, one.closing, one.closed_by, one.assigned_to) == (None, "", "", "王芳")
    work.close(number, Closing.ANSWERED, "李明")
    assert work.one(number).closed_by == "李明"


def test_what_staff_wrote_goes_thirty_days_after_the_end(records: Records) -> None:
    work, number = records.request_work, asked(records)
    work.note(number, "called")
    work.close(number, Closing.ANSWERED)
    records.expire(now() + timedelta(days=29))
    assert len(records.requests()) == 1
    records.expire(now() + timedelta(days=31))
    assert records.requests() == []


@pytest.mark.parametrize("number", [0, -1, 7, 2**40])
def test_a_request_that_does_not_exist_is_named(records: Records, number: int) -> None:
    for act in (lambda: records.request_work.assign(number, "x"), lambda: records.request_work.one(number)):
        with pytest.raises(UnknownRecordError, match=f"no request {number}"):
            act()
