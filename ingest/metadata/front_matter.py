"""Parses front matter and sidecars: YAML by staff, validated key by key."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from store.documents import Audience, DocumentKind, Status
from store.fields import PlainDates, Text, Texts, Words
from text.date_bounds import OutOfBoundsError, check_day
from text.dates import DATE, find_date
from text.messages import Message, message


def as_date(value: object) -> date | None:
    """Parses a date in any usual spelling.

    None if the value is None.
    Raises ValueError for other values, and OutOfBoundsError for a day that cannot be one of a document.
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
    raise ValueError("not a date")


def as_language(value: object) -> object:
    """Primary language code: `zh-CN` and `ZH` become zh."""
    return value.lower().replace("_", "-").split("-")[0] if isinstance(value, str) else value


Place = Literal["front_matter", "sidecar"]
"""Place of YAML: at the head of a file or in a file beside it."""
Day = Annotated[date | None, BeforeValidator(as_date)]


class FrontMatter(BaseModel):
    """Allowed keys of front matter and sidecars; they equal the fields of Metadata."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Text = ""
    kind: DocumentKind = "document"
    language: Annotated[Text, BeforeValidator(as_language)] = ""
    audience: Audience = "both"
    topics: Words = ()
    countries: Words = ()
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
    facts: Words = ()
    also_asked: Texts = ()
    download: StrictBool = False


def name_of(key: str) -> Message | str:
    """Key as messages name it, in the language of the reader; unknown keys unchanged."""
    return message(f"key.{key}") if key in FrontMatter.model_fields else key


def read_keys(text: str, where: Place) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """The usable values by key, and a message for each that cannot be used."""
    place = message(f"where.{where}")
    try:
        written = PlainDates(text).get_single_data() or {}
    except yaml.YAMLError as error:
        return {}, (_unreadable(error, place, first=2 if where == "front_matter" else 1),)
    if not isinstance(written, dict):
        return {}, (message("written.no_keys", where=place),)
    return _usable({str(key): value for key, value in written.items()}, place)


def _unreadable(error: yaml.YAMLError, where: Message, first: int) -> Message:
    """Message on unreadable YAML; `first` is the number of its first line in the file."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return message("written.not_yaml", where=where)
    return message("written.not_yaml_at_line", where=where, line=mark.line + first)


def _usable(written: dict[str, Any], where: Message) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Checks values; bad keys are reported and left out, and the others are kept."""
    try:
        checked = FrontMatter.model_validate(written)
    except ValidationError as error:
        problems = {str(each["loc"][0]): _problem(each, where) for each in error.errors()}
        return _usable_rest(written, problems, where)
    return {name: getattr(checked, name) for name in checked.model_fields_set}, ()


def _usable_rest(
    written: dict[str, Any], problems: dict[str, Message], where: Message
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    usable, more = _usable({key: value for key, value in written.items() if key not in problems}, where)
    return usable, (*problems.values(), *more)


CODES = {
    "value_error": "written.not_a_date",
    "string_pattern_mismatch": "written.not_an_address",
    "string_type": "written.not_a_text",
    "bool_type": "written.not_yes_or_no",
}
"""Message codes by error type of pydantic."""


def _problem(error: Any, where: Message) -> Message:
    key, value, kind, context = str(error["loc"][0]), error["input"], error["type"], error.get("ctx", {})
    shared = {"where": where, "key": name_of(key)}
    if kind == "extra_forbidden":
        nearest = get_close_matches(key.lower(), FrontMatter.model_fields, n=1, cutoff=0)[0]
        return message("written.unknown_key", nearest=name_of(nearest), **shared)
    if kind == "literal_error":
        return message("written.not_a_choice", value=repr(value), known=context["expected"], **shared)
    if isinstance(far := context.get("error"), OutOfBoundsError):
        return message(f"written.{far.objection.code}", day=far.day, **far.objection.values, **shared)
    shown = repr(str(value) if kind == "value_error" else value)
    return message(CODES.get(kind, "written.not_a_list"), value=shown, **shared)
