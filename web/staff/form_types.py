"""Types of form values that several staff pages use, with their bounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Form
from pydantic import BaseModel, BeforeValidator, Field

YEARS = range(2000, 2101)
"""Years of valid days.

Others are typing errors, and date arithmetic fails near the ends of the calendar.
"""


def day(value: Any) -> date | None:
    """Parses a day as a browser sends it.

    None if it is no day, or if its year is not in YEARS.
    """
    try:
        on = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return on if on and on.year in YEARS else None


def tidy_text(value: Any) -> Any:
    """Removes NUL and normalises line ends.

    PostgreSQL cannot store NUL, and `maxlength` counts a line end as one character.
    """
    return value.replace("\0", "").replace("\r\n", "\n") if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(day)]
Skip = Annotated[int, Field(ge=0, le=1_000_000)]
"""Offset in a list."""
Line = Annotated[str, BeforeValidator(tidy_text), Field(max_length=200)]
Source = Annotated[str, BeforeValidator(tidy_text), Field(max_length=1000)]
"""Path of a document below the knowledge folder."""
Id = Annotated[str, BeforeValidator(tidy_text), Field(max_length=100)]
Period = Annotated[int, Form(ge=1, le=3_650)]
"""Days that a list of gaps looks back, in a form."""
SentId = Annotated[Id, Form()]
"""Id in a form."""


class DraftFields(BaseModel):
    """Fields of a form about other drafts.

    `beside`: ids of the other drafts on the same thing that the page named.
    `instead`: id of the person's draft whose place the new one takes; "" for none.
    """

    beside: list[Id] = []
    instead: Id = ""
