"""Metadata form of a document: its field values, and the changes to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import ValidationError

from bot.query.countries import country_name, territories
from ingest.metadata.change_yaml import Value, plain
from ingest.metadata.front_matter import FrontMatter, as_date
from ingest.metadata.write_front_matter import Written
from text.catalog import STAFF_LANGUAGES
from text.date_bounds import OutOfBoundsError
from web.staff.formatting import Formatter
from web.staff.i18n import words

Kind = Literal["text", "area", "day", "choice", "list", "lines", "flag"]
GROUPS: Mapping[str, Mapping[str, Kind]] = {
    "what": {
        "title": "text",
        "kind": "choice",
        "summary": "area",
        "language": "choice",
        "translation_of": "text",
        "audience": "choice",
        "topics": "list",
        "countries": "list",
    },
    "origin": {
        "issuer": "text",
        "document_number": "text",
        "source_url": "text",
        "contact": "text",
        "download": "flag",
    },
    "validity": {
        "status": "choice",
        "issued": "day",
        "effective_from": "day",
        "effective_to": "day",
        "supersedes": "lines",
    },
    "care": {"reviewed_on": "day", "review_by": "day", "facts": "list", "also_asked": "list"},
}
KINDS: Mapping[str, Kind] = {name: kind for group in GROUPS.values() for name, kind in group.items()}
GUESSED = frozenset({"issuer", "document_number", "issued", "effective_from", "effective_to", "supersedes", "status"})
"""Fields that are read from the text if not written; they can be written as empty."""
NOTHING = "\0"
"""State of a field that is written as empty."""
LONGEST = 4_000
PARTS = re.compile(r"[,，、;；\n]")
LANGUAGES = ("zh", "en", "pt", "ru", "ar", "es", "fr", "de", "it", "ja", "ko", "hi", "id", "th", "tr", "vi")


class WrongValueError(Exception):
    """A typed value cannot be used; the message is the key of the reason."""


@dataclass(frozen=True)
class Form:
    """Field values by name, and the explicitly empty fields.

    An explicitly empty field stays empty although the text has a value.
    """

    typed: Mapping[str, str]
    nothing: frozenset[str] = frozenset()

    def state(self, name: str) -> str:
        """Returns the text of a field, maybe empty; NOTHING if it is explicitly empty."""
        text = self.typed.get(name, "").replace("\r\n", "\n").strip()
        return text or (NOTHING if name in self.nothing & GUESSED else "")


@dataclass(frozen=True)
class Changes:
    """Values to write, fields to remove, and error keys by field."""

    values: dict[str, Value] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    def names(self) -> Iterator[str]:
        """Yields the fields with a value to write or to remove, in the form's order."""
        yield from (name for name in KINDS if name in self.values or name in self.without)


def standing(written: Written, language: str) -> Form:
    """Returns the form for the written metadata of a file."""
    typed = {name: as_typed(name, value, language) for name, value in written.values.items()}
    nothing = frozenset(name for name, value in written.values.items() if name in GUESSED and not value)
    return Form(typed | written.unusable, nothing)


def as_typed(name: str, value: Any, language: str) -> str:
    """Returns a metadata value as a clerk would type it."""
    if name == "countries":
        return ", ".join(country_name(code, language) or code for code in value)
    if name == "topics":
        return ", ".join(map(Formatter(language).topic, value))
    if isinstance(value, tuple):
        return ("\n" if KINDS[name] == "lines" else ", ").join(value)
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value or "")


def changes(before: Form, sent: Form) -> Changes:
    """Returns the difference between two states of the form."""
    found = Changes()
    for name in KINDS:
        old, new = before.state(name), sent.state(name)
        if old == new:
            continue
        if not new:
            found.without.append(name)
            continue
        try:
            found.values[name] = parse_field(name, new)
        except WrongValueError as error:
            found.wrong[name] = str(error)
    return found


def apply_changes(before: Form, found: Changes, language: str) -> Form:
    """Returns the form after some changes."""
    new = {name: as_typed(name, value, language) for name, value in found.values.items()}
    typed = {name: text for name, text in before.typed.items() if name not in found.without}
    nothing = {name for name, value in found.values.items() if name in GUESSED and not value}
    return Form(typed | new, (before.nothing - {*found.values, *found.without}) | nothing)


def parse_field(name: str, text: str) -> Value:
    """Parses the text of a field; NOTHING becomes None or empty, as its kind needs.

    Raises WrongValueError if it has over LONGEST characters, or if the field cannot have it.
    """
    if text == NOTHING:
        return None if KINDS[name] in ("day", "choice") else () if KINDS[name] == "lines" else ""
    if len(text) > LONGEST:
        raise WrongValueError("documents.wrong.long")
    value = READERS[KINDS[name]](text)
    if name == "countries" and isinstance(value, tuple):
        value = tuple(dict.fromkeys(map(country, value)))
    if name == "topics" and isinstance(value, tuple):
        value = tuple(dict.fromkeys(topic_codes().get(each.casefold(), each) for each in value))
    try:
        FrontMatter.model_validate({name: plain(value)})
    except ValidationError:
        raise WrongValueError("documents.wrong.address" if name == "source_url" else "documents.wrong.value") from None
    return value


def day(text: str) -> date | None:
    """Parses a day in any usual spelling.

    None is in the type only because `as_date` has it: no text gives it.
    Raises WrongValueError if it is no day, or one that no document can have.
    """
    try:
        return as_date(text)
    except OutOfBoundsError:
        raise WrongValueError("documents.wrong.far") from None
    except ValueError:
        raise WrongValueError("documents.wrong.day") from None


def items(text: str, between: re.Pattern[str] = PARTS) -> tuple[str, ...]:
    """Returns the parts of a text between separators, without empty ones."""
    return tuple(part.strip() for part in between.split(text) if part.strip())


READERS: Mapping[Kind, Callable[[str], Value]] = {
    "text": lambda text: " ".join(text.split()),
    "area": str,
    "choice": str,
    "day": day,
    "list": items,
    "lines": lambda text: items(text, re.compile("\n")),
    "flag": lambda text: text == "on",
}


def country(name: str) -> str:
    """Returns the code of a country from its name; two letters count as a code.

    Raises WrongValueError if the name is unknown.
    """
    if re.fullmatch(r"[A-Za-z]{2}", name):
        return name.upper()
    if code := countries().get(name.casefold()):
        return code
    raise WrongValueError("documents.wrong.country")


@cache
def topic_codes() -> Mapping[str, str]:
    """Returns topics by their names in the staff languages."""
    known = ((key, name) for language in STAFF_LANGUAGES for key, name in words(language).items())
    return {name.casefold(): key.removeprefix("topic.") for key, name in known if key.startswith("topic.")}


@cache
def countries() -> Mapping[str, str]:
    """Returns country codes by their names in the staff languages."""
    return {
        name.casefold(): code
        for language in STAFF_LANGUAGES
        for code, own in territories(language).items()
        for name in (own, country_name(code, language))
        if len(code) == 2 and name
    }
