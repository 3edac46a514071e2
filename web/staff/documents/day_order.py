"""Order of the days in a metadata form: of validity, and of review."""

from __future__ import annotations

from datetime import date

from store.documents import Metadata
from web.staff.documents.form import NOTHING, Changes, Form, WrongValueError, day


def errors_of(found: Changes, sent: Form, known: Metadata | None) -> dict[str, str]:
    """Returns all errors by field: of single values, and of their order."""
    return wrong_order(found, sent, known) | found.wrong


def wrong_order(found: Changes, sent: Form, known: Metadata | None) -> dict[str, str]:
    """Returns the errors in the order of changed days: of validity, and of review."""
    return wrong_validity(found, sent, known) | wrong_review_change(found, sent, known)


def wrong_review_change(found: Changes, sent: Form, known: Metadata | None) -> dict[str, str]:
    """Returns the errors of the days of review, if one of them was changed."""
    if not {"reviewed_on", "review_by"} & {*found.values, *found.without}:
        return {}
    try:
        return wrong_review(day_of("reviewed_on", sent, known), day_of("review_by", sent, known))
    except WrongValueError:
        return {}


def wrong_review(reviewed_on: object, review_by: object) -> dict[str, str]:
    """Returns the errors of a review to come, or with a next one before it."""
    if not isinstance(reviewed_on, date):
        return {}
    if reviewed_on > date.today():
        return {"reviewed_on": "documents.wrong.future_review"}
    is_before = isinstance(review_by, date) and review_by < reviewed_on
    return {"review_by": "documents.wrong.review_before"} if is_before else {}


def wrong_validity(found: Changes, sent: Form, known: Metadata | None) -> dict[str, str]:
    """Returns the error if validity ends before it starts and one of both was changed.

    A day that is not typed is the one that was read from the text, as `known` has it. What is no day has no order.
    """
    if not {"effective_from", "effective_to"} & {*found.values, *found.without}:
        return {}
    try:
        start, end = day_of("effective_from", sent, known), day_of("effective_to", sent, known)
    except WrongValueError:
        return {}
    return {"effective_to": "documents.wrong.before_start"} if start and end and end < start else {}


def day_of(name: str, sent: Form, known: Metadata | None) -> date | None:
    """Returns the day of a field as it was sent; if it is empty, as it was guessed.

    None if there is none, or if the field says so.
    Raises WrongValueError if the sent text is no day.
    """
    state = sent.state(name)
    if not state:
        return getattr(known, name) if known and name in known.guessed else None
    return None if state == NOTHING else day(state)
