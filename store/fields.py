"""Field types for YAML files written by staff; empty values count as missing."""

from __future__ import annotations

import re
from typing import Annotated

import yaml
from pydantic import BeforeValidator, StrictStr


class PlainDates(yaml.SafeLoader):
    """YAML loader that keeps dates as text.

    Otherwise one impossible date would make all keys unreadable.
    """


PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


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
    """Returns a value as it is; "" for None."""
    return "" if value is None else value


Text = Annotated[StrictStr, BeforeValidator(as_text)]
Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(as_list)]
Words = Annotated[tuple[StrictStr, ...], BeforeValidator(as_words)]
