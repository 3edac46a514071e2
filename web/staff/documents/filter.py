"""Filter and order of the document list, as query parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from store.documents import Validity
from text.sorting import name_order
from web.staff.documents.overview import Row
from web.staff.documents.quality import STEPS

AT_ONCE = 100
VALIDITIES = tuple(Validity)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "title": lambda row: row.entry.metadata.title.casefold() or row.source,
    "language": lambda row: row.entry.metadata.language,
    "validity": lambda row: VALIDITIES.index(row.validity),
    "pages": lambda row: row.entry.quality.pages,
    "passages": lambda row: row.entry.chunks,
    "quality": lambda row: STEPS.index(row.grade.step),
    "problems": lambda row: (row.errors, len(row.problems)),
    "changed": lambda row: row.changed or LONG_AGO,
}
"""Columns of the list with their sort keys."""

Word = Annotated[str, Field(max_length=200)]


class ListQuery(BaseModel):
    """Query parameters. `sort` is a column, with `-` before it for descending order."""

    text: Word = ""
    language: Word = ""
    validity: Word = ""
    audience: Word = ""
    country: Word = ""
    topic: Word = ""
    folder: Word = ""
    attention: Word = ""
    unseen: Word = ""
    sort: Word = "title"
    skip: int = Field(0, ge=0, le=1_000_000)

    def allows(self, row: Row) -> bool:
        """True if the list shows a document."""
        metadata = row.entry.metadata
        words = self.text.casefold().split()
        known = f"{metadata.title} {row.source} {metadata.document_number}".casefold()
        return (
            all(word in known for word in words)
            and self.language in ("", metadata.language)
            and self.validity in ("", row.validity)
            and (not self.audience or metadata.audience in (self.audience, "both"))
            and (not self.country or self.country in metadata.countries)
            and (not self.topic or self.topic in metadata.topics)
            and self.folder in ("", folder_of(row.source))
            and (not self.attention or row.needs_attention)
            and (not self.unseen or row.unseen)
        )

    def order_rows(self, rows: Iterable[Row], language: str = "") -> list[Row]:
        """Returns the rows in order; by title, those in the clerk's language come first."""
        name, is_reversed = self.sort.removeprefix("-"), self.sort.startswith("-")
        ordered = sorted(rows, key=lambda row: row.source)
        if name != "title" and name in ORDERS:
            return sorted(ordered, key=ORDERS[name], reverse=is_reversed)
        title, key = ORDERS["title"], name_order(language)
        ordered.sort(key=lambda row: key(title(row)), reverse=is_reversed)
        return sorted(ordered, key=lambda row: row.entry.metadata.language != language)

    def page(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Returns at most AT_ONCE rows, from `skip` on."""
        return rows[self.skip : self.skip + AT_ONCE]

    def is_filtered(self) -> bool:
        """Checks that the query filters; order and `skip` do not count."""
        return any(self.model_dump(exclude={"sort", "skip"}).values())

    def address(self, **changes: object) -> str:
        """Returns the address of this list with changes; from its start without `skip`."""
        values = self.model_dump() | {"skip": 0} | changes
        return "folder?" + urlencode({name: value for name, value in values.items() if value})

    def by(self, column: str) -> str:
        """Returns the address of the list sorted by a column; reversed if it is already."""
        return self.address(sort=f"-{column}" if self.sort == column else column)

    def direction(self, column: str) -> str:
        """Returns the sort direction of a column for `aria-sort`."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")


def folder_of(source: str) -> str:
    """Returns the top-level folder of a document; empty without one."""
    return source.rpartition("/")[0].partition("/")[0]


@dataclass(frozen=True)
class Choices:
    """Values of the filters that occur in the documents."""

    languages: list[str]
    countries: list[str]
    topics: list[str]
    folders: list[str]


def choices(rows: Sequence[Row]) -> Choices:
    """Returns the values that occur in some documents, sorted, without empty ones."""
    known = [row.entry.metadata for row in rows]
    return Choices(
        sorted({each.language for each in known} - {""}),
        sorted({code for each in known for code in each.countries}),
        sorted({topic for each in known for topic in each.topics}),
        sorted({folder_of(row.source) for row in rows} - {""}),
    )
