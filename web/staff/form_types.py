"""What browsers send to several pages of the room, with its bounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

YEARS = range(2000, 2101)
"""Of days that can be asked for: what lies beyond is a slip, and near the ends of the calendar nothing can be added."""


def day(value: Any) -> date | None:
    """A day as a browser sends it; None for what is none, or not of YEARS."""
    try:
        on = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return on if on and on.year in YEARS else None


def without_nul(value: Any) -> Any:
    """PostgreSQL keeps and compares no text that holds U+0000."""
    return value.replace("\0", "") if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(day)]
Skip = Annotated[int, Field(ge=0, le=1_000_000)]
"""How many of a list are left out."""
Line = Annotated[str, BeforeValidator(without_nul), Field(max_length=200)]
Source = Annotated[str, BeforeValidator(without_nul), Field(max_length=1000)]
"""The path of a document below the knowledge folder."""
Id = Annotated[str, BeforeValidator(without_nul), Field(max_length=100)]
