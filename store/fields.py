"""Field types for YAML files written by staff; empty values count as missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StrictStr


def as_list(value: object) -> object:
    """A list; a single text becomes a list of one, None an empty list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def as_text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[StrictStr, BeforeValidator(as_text)]
Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(as_list)]
