"""Column types: texts, times and citations for both SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

MOST_PARTS = 50
LONGEST_PART, LONGEST_DETAIL = 500, 12_000
"""Maximum characters of a text in a part, such as a title.

LONGEST_DETAIL is that of a detail, which may be a whole answer of the center.
"""


def storable(text: str, longest: int) -> str:
    """Text of at most `longest` characters that PostgreSQL and UTF-8 accept.

    NUL is removed; unpaired surrogates are replaced.
    """
    return text[:longest].replace("\0", "").encode("utf-8", "replace").decode()


class Words(TypeDecorator[str]):
    """Text column with a maximum length.

    Values compared with it are cut and cleaned in the same way.
    """

    impl = Text
    cache_ok = True

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Returns the text as it is stored: cut to `longest` characters and cleaned.

        None if the value is NULL.
        """
        return None if value is None else storable(value, self.longest)


class Moment(TypeDecorator[datetime]):
    """A point in time, timezone-aware in Python.

    SQLite has no time zones, so it stores UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the point in time in UTC.

        None if the value is NULL.
        """
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the stored time in UTC; one without a time zone is taken for UTC.

        None if the value is NULL.
        """
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class TextParts(TypeDecorator[tuple[Any, ...]]):
    """Dataclasses of one type, such as citations, as JSON; at most MOST_PARTS."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        super().__init__()
        self.kind = kind
        self.read: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[kind, ...])  # type: ignore[valid-type]

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> list[dict[str, Any]]:
        """Returns the first MOST_PARTS as dictionaries, their texts cut to LONGEST_PART."""
        return [storable_parts(vars(one), LONGEST_PART) for one in (value or ())[:MOST_PARTS]]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:
        """Returns the stored dataclasses; an empty tuple for NULL."""
        return self.read.validate_python(value or ())


class Details(TypeDecorator[dict[str, str]]):
    """Named texts as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, dialect: Dialect) -> dict[str, Any]:
        """Returns the texts, each cut to LONGEST_DETAIL characters; {} for NULL."""
        return storable_parts(value or {}, LONGEST_DETAIL)


def storable_parts(parts: Mapping[str, Any], longest: int) -> dict[str, Any]:
    """Returns values by name, the texts among them as `storable` makes them."""
    return {name: storable(each, longest) if isinstance(each, str) else each for name, each in parts.items()}
