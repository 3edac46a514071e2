"""Field types for YAML files written by staff; empty values count as missing."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, StrictStr


def as_list(value: object) -> object:
    """A list; a single text becomes a list of one, None an empty list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def as_words(value: object) -> object:
    """A list of codes as `as_list`, also separated by Chinese commas: `[CN，BR]`.

    In a single text any commas separate.
    """
    texts, comma = (value, "[，、]") if isinstance(value, list) else (as_list(value), "[,，、]")
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        return texts
    return [word.strip() for each in texts for word in re.split(comma, each) if word.strip()]


def as_text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[StrictStr, BeforeValidator(as_text)]
Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(as_list)]
Words = Annotated[tuple[StrictStr, ...], BeforeValidator(as_words)]
