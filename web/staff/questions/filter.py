"""Which questions are wanted, as it stands in the address."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict

from records import Filter, Reason, Thumb
from web.staff.form_types import Day, Id, Line, Skip


def or_none(value: Any) -> Any:
    return value or None


class Wanted(BaseModel):
    """The filter of the list; what is empty does not narrow. `first` and `last` are days, `skip` is how many of the
    newest are left out."""

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
    def filter(self) -> Filter:
        return Filter(
            self.outcome, self.language, self.topic, self.first, self.last, self.thumbs, self.reason, self.text
        )

    @property
    def noted(self) -> str:
        """What was asked for, as it may be kept: of the words that were looked for only that there were some, for they
        may be a name or a number."""
        return self.address(text="yes") if self.text else self.address()

    def address(self, **changes: object) -> str:
        """What is asked for with some things changed, as the query of an address; the list begins anew."""
        values = self.model_dump(mode="json") | {"skip": 0} | {name: str(value) for name, value in changes.items()}
        return urlencode({name: value for name, value in values.items() if value and value != "0"})
