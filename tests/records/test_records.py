"""What is kept, for how long, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from records import PersonRequest, Reason, Records, UnknownRecordError
from records import records as rules
from records.expiry import EXPIRY_SECONDS
from tests.records.conftest import CITATION, asked

Open = Callable[[int], Records]
NOW = datetime.now(UTC)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days)


def wish(exchange_id: str, **values: object) -> PersonRequest:
    values = {"name": "王芳", "contact": "wang@example.org", "consented_at": datetime.now(UTC)} | values
    return PersonRequest(exchange_id, **values)  # type: ignore[arg-type]


def test_an_exchange_comes_back_as_it_was_kept(records: Records) -> None:
    given = asked(
        standalone_question="俄罗斯 利润税",
        page_language="ru",
        reason="too_long",
        mode="model",
        citations=(CITATION, replace(CITATION, number=2, page=None)),
        search_seconds=0.125,
        asked_at=datetime(2026, 11, 25, 7, 30, tzinfo=timezone(timedelta(hours=8))),
    )
    records.keep(given)
    (read,) = records.exchanges()
    assert read == given
    assert read.asked_at.utcoffset() == timedelta(0)


def test_the_same_id_again_replaces_the_answer_and_leaves_the_rating(records: Records) -> None:
    first = asked(answer="25%")
    records.keep(first)
    records.rate(first.id, True)
    records.keep(replace(first, answer="15%", outcome="partly_answered"))
    (read,) = records.exchanges()
    assert (read.answer, read.outcome) == ("15%", "partly_answered")
    assert read.rating is not None


def test_the_last_rating_counts(records: Records) -> None:
    given = asked()
    records.keep(given)
    records.rate(given.id, False, Reason.WRONG_FIGURE, "应为 20%")
    (bad,) = records.exchanges()
    assert bad.rating is not None
    assert (bad.rating.useful, bad.rating.reason, bad.rating.comment) == (False, Reason.WRONG_FIGURE, "应为 20%")
    records.rate(given.id, True)
    (good,) = records.exchanges()
    assert good.rating is not None
    assert (good.rating.useful, good.rating.reason, good.rating.comment) == (True, None, "")


@pytest.mark.parametrize("stranger", ["", "0" * 32, "\0", "\ud800", "' OR 1=1 --", "x" * 100_000])
def test_an_id_that_is_not_kept_can_neither_be_rated_nor_ask_for_a_person(records: Records, stranger: str) -> None:
    records.keep(asked())
    with pytest.raises(UnknownRecordError):
        records.rate(stranger, True)
    with pytest.raises(UnknownRecordError):
        records.ask_person(wish(stranger))
    assert records.delete([stranger]) == 0
    assert len(records.exchanges()) == 1


def test_the_staff_find_an_exchange_by_a_handle_that_does_not_tell_its_id(records: Records) -> None:
    given, other = asked(), asked()
    for each in (given, other):
        records.keep(each)
    assert given.handle != other.handle
    assert given.id not in given.handle
    assert records.exchange(given.handle) == given
    for stranger in ("", given.id, "0" * 16):
        with pytest.raises(UnknownRecordError):
            records.exchange(stranger)


def test_all_are_read_batch_by_batch_also_those_of_one_moment(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    for number in range(7):
        records.keep(asked(str(number), asked_at=days_ago(number // 4)))
    assert list(records.each()) == records.exchanges(limit=None)


def test_those_who_wait_are_counted_and_the_words_of_a_model_are_marked(records: Records) -> None:
    for mode in ("model", "extractive"):
        given = asked(mode=mode)
        records.keep(given)
        records.ask_person(wish(given.id, consented_at=days_ago(mode == "model")))
    assert records.open_requests() == 2
    first, second = records.requests()
    assert (first.mode, second.mode) == ("model", "extractive")
    records.close_request(first.id)
    assert records.open_requests() == 1


def test_a_request_shows_the_question_and_the_answer_and_is_closed_once(records: Records) -> None:
    given = asked()
    records.keep(given)
    records.ask_person(wish(given.id, note="请回电", page_language="zh"))
    (open_one,) = records.requests(open_only=True)
    assert (open_one.question, open_one.answer, open_one.note) == (given.question, given.answer, "请回电")
    assert (open_one.name, open_one.contact) == ("王芳", "wang@example.org")
    records.close_request(open_one.id)
    assert records.requests(open_only=True) == []
    (closed,) = records.requests()
    records.close_request(open_one.id)
    assert records.requests() == [closed]


def test_who_asks_again_for_the_same_exchange_is_called_at_the_last_number(records: Records) -> None:
    given = asked()
    records.keep(given)
    records.ask_person(wish(given.id, contact="0571-1"))
    records.close_request(records.requests()[0].id)
    records.ask_person(wish(given.id, contact="0571-2"))
    (request,) = records.requests(open_only=True)
    assert request.contact == "0571-2"


def test_who_has_waited_longest_stands_first(records: Records) -> None:
    for days in (1, 3, 2):
        given = asked()
        records.keep(given)
        records.ask_person(wish(given.id, name=str(days), consented_at=days_ago(days)))
    assert [each.name for each in records.requests()] == ["3", "2", "1"]


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**70])
def test_a_request_that_is_not_there_cannot_be_closed(records: Records, number: int) -> None:
    with pytest.raises(UnknownRecordError, match=str(number)):
        records.close_request(number)


def test_deleting_takes_ratings_and_requests_along_and_nothing_else(records: Records) -> None:
    gone, left = asked(), asked()
    for each in (gone, left):
        records.keep(each)
        records.rate(each.id, True)
        records.ask_person(wish(each.id))
    assert records.delete([gone.id, gone.id, "unknown"]) == 1
    assert [each.id for each in records.exchanges()] == [left.id]
    assert [each.exchange_id for each in records.requests()] == [left.id]
    records.keep(gone)
    again = {each.id: each.rating for each in records.exchanges()}
    assert again[gone.id] is None
    assert again[left.id] is not None


def test_more_than_one_batch_is_deleted(records: Records) -> None:
    given = asked()
    records.keep(given)
    assert records.delete([*(f"no{number}" for number in range(2 * rules.BATCH)), given.id]) == 1
    assert records.delete([]) == 0


def test_what_is_older_than_the_retention_goes_to_the_second_and_the_rest_stays(records: Records) -> None:
    last, old = asked(asked_at=days_ago(180)), asked(asked_at=days_ago(180) - timedelta(seconds=1))
    records.keep(last)
    records.expiry.tried_at = float("inf")  # not yet by itself
    records.keep(old)
    records.ask_person(wish(old.id, consented_at=old.asked_at))
    assert len(records.exchanges()) == 2
    assert records.expire(NOW) == 1
    assert [each.id for each in records.exchanges()] == [last.id]
    assert records.requests() == []


def test_more_than_one_batch_expires(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    for _ in range(5):
        records.keep(asked(asked_at=days_ago(1)))
    assert records.expire(NOW + timedelta(400)) == 5


def test_a_closed_request_goes_after_thirty_days_and_its_question_stays(records: Records) -> None:
    given = asked()
    records.keep(given)
    records.ask_person(wish(given.id))
    assert records.expire(NOW + timedelta(31)) == 0
    records.close_request(records.requests()[0].id)
    assert records.expire(NOW + timedelta(30)) == 0
    assert records.expire(NOW + timedelta(30, hours=1)) == 1
    assert records.requests() == []
    assert [each.id for each in records.exchanges()] == [given.id]


def test_opening_removes_what_has_expired_meanwhile(open_with: Open) -> None:
    open_with(180).keep(asked(asked_at=days_ago(9.5)))
    assert len(open_with(10).exchanges()) == 1
    assert open_with(9).exchanges() == []


def test_a_service_that_is_only_read_removes_what_has_expired_too(records: Records) -> None:
    records.keep(asked(asked_at=days_ago(200)))
    records.expiry.run_when_due()
    assert len(records.exchanges()) == 1
    records.expiry.tried_at -= EXPIRY_SECONDS
    records.expiry.run_when_due()
    assert records.exchanges() == []


def test_writing_removes_what_has_expired_once_an_hour(records: Records) -> None:
    records.keep(asked(asked_at=days_ago(200)))
    assert len(records.exchanges()) == 1
    records.expiry.tried_at -= EXPIRY_SECONDS
    fresh = asked()
    records.keep(fresh)
    assert [each.id for each in records.exchanges()] == [fresh.id]


def test_a_retention_of_no_days_keeps_nothing_and_removes_what_was_kept(open_with: Open) -> None:
    before, given = open_with(180), asked()
    before.keep(given)
    before.rate(given.id, True)
    nothing = open_with(0)
    assert not nothing.keeping
    assert nothing.exchanges() == []
    nothing.keep(given)
    assert nothing.exchanges() == []
    with pytest.raises(UnknownRecordError):
        nothing.rate(given.id, True)
    with pytest.raises(UnknownRecordError):
        nothing.ask_person(wish(given.id))
    assert before.keeping


def test_names_contacts_comments_and_keys_stand_in_no_repr(records: Records) -> None:
    given = asked()
    records.keep(given)
    records.rate(given.id, False, Reason.OTHER, "我是王芳")
    records.ask_person(wish(given.id, note="我是王芳"))
    shown = repr(records.requests()) + repr(records.exchanges())
    for personal in ("王芳", "wang@example.org", given.id):
        assert personal not in shown
