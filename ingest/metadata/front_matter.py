"""Front matter and sidecars: YAML written by staff, checked key by key."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from store.documents import Audience, Status
from store.fields import Text, Texts
from text.date_bounds import check_day
from text.dates import DATE, find_date


class PlainDates(yaml.SafeLoader):
    """YAML loader that keeps dates as text.

    Otherwise one impossible date would make all keys unreadable.
    """


PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_date(value: object) -> date | None:
    """Parses a day in any of the usual spellings; None stays None.

    Raises ValueError with the remedy, and OutOfBoundsError for a day that no document can have.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text, found = value.strip(), None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            with suppress(ValueError):
                found = date.fromisoformat(text)
        elif re.fullmatch(DATE, text):
            found = find_date(text)
        if found:
            return check_day(found)
    raise ValueError(f"is not a date: {str(value)!r}. Write it as 2026-01-31.")


def as_language(value: object) -> object:
    """Primary language code: `zh-CN` and `ZH` become zh."""
    return value.lower().replace("_", "-").split("-")[0] if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(as_date)]


class FrontMatter(BaseModel):
    """Allowed keys of front matter and sidecars; they equal the fields of Metadata."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Text = ""
    language: Annotated[Text, BeforeValidator(as_language)] = ""
    audience: Audience = "both"
    topics: Texts = ()
    countries: Texts = ()
    issuer: Text = ""
    document_number: Text = ""
    issued: Day = None
    effective_from: Day = None
    effective_to: Day = None
    status: Status | None = None
    supersedes: Texts = ()
    translation_of: Text = ""
    source_url: Text = Field("", pattern=r"^(https?://\S+)?$")
    reviewed_on: Day = None
    review_by: Day = None
    contact: Text = ""
    summary: Text = ""
    facts: Texts = ()
    download: StrictBool = False


def read_keys(text: str, where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Usable values by key, and a sentence for each unusable one.

    `where` names the YAML for the clerk.
    """
    try:
        written = PlainDates(text).get_single_data() or {}
    except yaml.YAMLError as error:
        return {}, (
            f"{where}: {_place(error)}cannot be read as YAML. Put texts with a colon or a quote mark in quotes.",
        )
    if not isinstance(written, dict):
        return {}, (f"{where}: is not a list of `key: value` lines. Write for instance `title: ...`.",)
    return _usable({str(key): value for key, value in written.items()}, where)


def _usable(written: dict[str, Any], where: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Checks values; bad keys are reported and left out, and the others are kept."""
    try:
        checked = FrontMatter.model_validate(written)
    except ValidationError as error:
        problems = {str(each["loc"][0]): f"{where}: {_sentence(each)}" for each in error.errors()}
        return _usable_rest(written, problems, where)
    return {name: getattr(checked, name) for name in checked.model_fields_set}, ()


def _usable_rest(
    written: dict[str, Any], problems: dict[str, str], where: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    usable, more = _usable({key: value for key, value in written.items() if key not in problems}, where)
    return usable, (*problems.values(), *more)


def _sentence(error: Any) -> str:
    key, value = str(error["loc"][0]), error["input"]
    if error["type"] == "extra_forbidden":
        nearest = get_close_matches(key.lower(), FrontMatter.model_fields, n=1, cutoff=0)
        return f"{key} is not a known key. Did you mean {nearest[0]}?"
    if error["type"] == "value_error":
        return f"{key} {error['ctx']['error']}"
    if error["type"] == "literal_error":
        return f"{key} is {value!r}. Write one of: {error['ctx']['expected']}."
    if error["type"] == "string_pattern_mismatch":
        return f"{key} is not an address: {value!r}. Write it with https://."
    if error["type"] == "string_type":
        return f"{key} holds {value!r}, which YAML does not read as text. Put it in quotes."
    if error["type"] == "bool_type":
        return f"{key} is {value!r}. Write true or false."
    return f"{key} cannot be {value!r}. Write a list such as [first, second]."


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1} " if mark else ""
