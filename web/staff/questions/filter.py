"""Filter of the question log, as query parameters."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict

from records import Filter, Reason, Thumb
from web.staff.form_types import Day, Id, Line, Skip


def or_none(value: Any) -> Any:
    """Returns a value, or None for an empty one."""
    return value or None


class Wanted(BaseModel):
    """Filter of the list; empty fields do not filter.

    `first` and `last` are days. `skip` is the number of newest entries left out.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    outcome: Id = ""
    language: Id = ""
    topic: Id = ""
    first: Day = None
    last: Day = None
    thumbs: Annotated[Thumb | None, BeforeValidator(or_none)] = None
    reason: Annotated[Reason | None, BeforeValidator(or_none)] = None
    text: Line = ""
    skip: Skip = 0

    @property
    def as_filter(self) -> Filter:
        """The filter for the records."""
        return Filter(
            self.outcome, self.language, self.topic, self.first, self.last, self.thumbs, self.reason, self.text
        )

    @property
    def audit_details(self) -> str:
        """The filter for the audit log.

        Search words become "yes", because they may be a name or a number.
        """
        return self.address(text="yes") if self.text else self.address()

    def address(self, **changes: object) -> str:
        """Returns the query with some changes; the list starts again from its beginning."""
        values = self.model_dump(mode="json") | {"skip": 0} | {name: str(value) for name, value in changes.items()}
        return urlencode({name: value for name, value in values.items() if value and value != "0"})
