"""Types of fields in the YAML that the staff write: what is left empty counts as nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StrictStr


def as_list(value: object) -> object:
    """A list; a single text counts as a list of one, nothing as an empty list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def as_text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[StrictStr, BeforeValidator(as_text)]
Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(as_list)]
