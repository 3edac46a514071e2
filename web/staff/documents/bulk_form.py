"""Form of a bulk change: typed values, and the resulting change of each document."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from ingest.metadata.change_yaml import Value
from ingest.metadata.write_front_matter import Written
from web.staff.documents.form import Changes, Kind, WrongValueError, parse_field

MOST = 500
"""Documents that are changed at once."""
REVIEW_MONTHS = 6
"""Months until the next review."""
VALUES: Mapping[str, Kind] = {
    "audience": "choice",
    "contact": "text",
    "status": "choice",
    "effective_from": "day",
    "effective_to": "day",
    "reviewed_on": "day",
    "review_by": "day",
}
"""Fields that get the same value in all documents; empty ones stay as they are."""
LISTS = ("topics", "countries")
"""Fields with lists, to which typed items are added or from which removed."""

Sources = Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=MOST)]
Typed = Annotated[str, Field(max_length=4_000)]


class SentBulk(BaseModel):
    """Form data: the chosen documents and the change.

    `confirmed` is the seal of the shown change. `back` returns to the form. `query`: filter of the list that
    the documents were chosen in.
    """

    source: Sources = []
    topics_add: Typed = ""
    topics_remove: Typed = ""
    countries_add: Typed = ""
    countries_remove: Typed = ""
    audience: Typed = ""
    contact: Typed = ""
    status: Typed = ""
    effective_from: Typed = ""
    effective_to: Typed = ""
    reviewed_on: Typed = ""
    review_by: Typed = ""
    confirmed: Annotated[str, Field(max_length=100)] = ""
    back: Annotated[str, Field(max_length=10)] = ""
    query: Typed = ""

    @property
    def list_address(self) -> str:
        """Address of the list that the documents were chosen in, with its filter."""
        return f"folder?{self.query}" if self.query else "folder"

    def list_typed(self) -> dict[str, str]:
        """Returns the fields that hold something."""
        given = self.model_dump(exclude={"source", "confirmed", "back", "query"})
        return {name: text.strip() for name, text in given.items() if text.strip()}


def review_change(sources: list[str], on: date) -> SentBulk:
    """Returns the change that says: reviewed on this day, again in REVIEW_MONTHS."""
    return SentBulk(source=sources, reviewed_on=str(on), review_by=str(months_later(on, REVIEW_MONTHS)))


def months_later(on: date, months: int) -> date:
    """Returns the day some months later; the last of the month if that is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def parse_fields(sent: SentBulk) -> tuple[dict[str, Value], dict[str, str]]:
    """Returns the parsed fields by name, and the keys of the errors."""
    values: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for name, text in sent.list_typed().items():
        try:
            values[name] = parse_field(name.removesuffix("_add").removesuffix("_remove"), text)
        except WrongValueError as error:
            wrong[name] = str(error)
    return values, wrong


def changes_for(written: Written, wish: Mapping[str, Value]) -> Changes:
    """Returns the changes of a document; empty if it already has the values."""
    found = Changes({name: wish[name] for name in VALUES if name in wish and written.values.get(name) != wish[name]})
    for name in LISTS:
        before = as_items(written.values.get(name))
        removed = as_items(wish.get(f"{name}_remove"))
        kept = tuple(each for each in before if each not in removed)
        after = tuple(dict.fromkeys((*kept, *as_items(wish.get(f"{name}_add")))))
        if after and after != before:
            found.values[name] = after
        elif before and not after:
            found.without.append(name)
    return found


def as_items(value: Value) -> tuple[str, ...]:
    """Returns the items of a list field; none for another value."""
    return value if isinstance(value, tuple) else ()
