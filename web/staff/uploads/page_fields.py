"""Metadata fields of a page written in the browser, in place of YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.checks.text import HINT
from ingest.loaders.markdown import split_front_matter
from ingest.metadata.change_yaml import FrontMatterNotWritableError, Value, change_yaml, line, mapping
from ingest.metadata.front_matter import read_keys
from web.staff.documents.day_order import wrong_review
from web.staff.documents.form import Kind, WrongValueError, as_typed, items, parse_field

FIELDS: Mapping[str, Kind] = {
    "title": "text",
    "audience": "choice",
    "topics": "list",
    "countries": "list",
    "summary": "area",
    "contact": "text",
    "reviewed_on": "day",
    "review_by": "day",
    "also_asked": "area",
}
"""Keys that have a field; the others stay as the template has them."""
HOLDS_HINT = re.compile(rf"{HINT.pattern}|\[[A-Z][a-z ]+\]")
SAMPLE = re.compile(r"topic-(?:one|two)|XX|.*\bNAME\b.*")
"""Placeholder values of a template."""
SAMPLE_MARK = re.compile(r"[ \t]*\[\^(?:〔|ID\b)[^\]\n]*\]")
"""A basis mark of a template; the page has a list of bases instead."""
EMPTY_HEADING = re.compile(r"^#[ \t]*$", re.MULTILINE)
HEADING = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class SplitPage:
    """A page in parts: YAML `head`, field texts, hints by field, and `body`."""

    head: str
    typed: Mapping[str, str]
    hints: Mapping[str, str]
    body: str


def split_page(text: str, language: str) -> SplitPage:
    """Splits a page or template into parts; template hints become field hints."""
    head, body = split_front_matter(text)
    written, _ = read_keys(head, "front_matter")
    raw = {name: value for name, value in mapping(head).items() if name in FIELDS and isinstance(value, str)}
    hints = {name: value for name, value in raw.items() if HOLDS_HINT.search(value)}
    typed = {
        name: display_value(name, written[name], language) for name in FIELDS if name in written and name not in hints
    }
    if (title := HEADING.search(body)) and HOLDS_HINT.search(title["title"]):
        body = HEADING.sub("", body, count=1)
    return SplitPage(head, typed, hints, SAMPLE_MARK.sub("", EMPTY_HEADING.sub("", body)).strip())


def split_document(text: str, head: str, language: str) -> SplitPage:
    """Splits a public page for its editor; in it nothing is a hint or a sample.

    `head` is its YAML.
    """
    written, _ = read_keys(head, "front_matter")
    typed = {name: as_field(name, written[name], language) for name in FIELDS if name in written}
    return SplitPage(head, typed, {}, split_front_matter(text)[1].strip("\n"))


def display_value(name: str, value: Any, language: str) -> str:
    """Returns a value as its field shows it, without the samples of the template."""
    if name in ("topics", "countries"):
        value = tuple(each for each in value if not SAMPLE.fullmatch(each) and not HINT.fullmatch(each))
    return as_field(name, value, language)


def as_field(name: str, value: Any, language: str) -> str:
    """Returns a value as its field shows it; `also_asked` has one question a line."""
    return "\n".join(value) if name == "also_asked" else as_typed(name, value, language)


@dataclass(frozen=True)
class JoinedPage:
    """A whole page, and the keys of the errors by field."""

    text: str
    wrong: Mapping[str, str] = field(default_factory=dict)


def join_page(head: str, typed: Mapping[str, str], body: str) -> JoinedPage:
    """Builds a page from fields and text; a text with front matter is a whole page."""
    body = body.replace("\r\n", "\n")
    if split_front_matter(body)[0]:
        return JoinedPage(body)
    others = {name: value for name, value in mapping(head).items() if name not in FIELDS}
    keys: dict[str, object] = {name: value for name, value in others.items() if not SAMPLE.fullmatch(str(value))}
    wrong: dict[str, str] = {}
    for name, text in typed.items():
        try:
            if value := read_field(name, text.replace("\r\n", "\n").strip()):
                keys[name] = value
        except WrongValueError as error:
            wrong[name] = str(error)
    wrong |= wrong_review(keys.get("reviewed_on"), keys.get("review_by"))
    ordered = [*(name for name in FIELDS if name in keys), *(name for name in keys if name not in FIELDS)]
    yaml = "".join(line(name, keys[name]) for name in ordered)
    title = "" if HEADING.search(body) else f"# {keys.get('title', '')}\n\n"
    return JoinedPage(f"---\n{yaml}---\n\n{title}{body.strip()}\n", wrong)


def edit_page(head: str, typed: Mapping[str, str], body: str) -> JoinedPage:
    """Builds a page from its changed fields and text; other lines of its `head` stay."""
    body = body.replace("\r\n", "\n")
    if split_front_matter(body)[0]:
        return JoinedPage(body)
    before, _ = read_keys(head, "front_matter")
    values, wrong = dict[str, Value](), dict[str, str]()
    for name, text in typed.items():
        try:
            value = read_field(name, text.replace("\r\n", "\n").strip())
        except WrongValueError as error:
            wrong[name] = str(error)
            continue
        if (value or None) != (before.get(name) or None):
            values[name] = value
    after = before | values
    wrong |= wrong_review(after.get("reviewed_on"), after.get("review_by"))
    emptied = [name for name, value in values.items() if not value]
    try:
        yaml = change_yaml(head, {name: value for name, value in values.items() if value}, emptied)
    except FrontMatterNotWritableError:
        return join_page(head, typed, body)
    return JoinedPage((f"---\n{yaml}---\n\n" if yaml.strip() else "") + body.strip("\n") + "\n", wrong)


def read_field(name: str, text: str) -> Value:
    """Parses a field; questions are one per line.

    None if the text is empty.
    Raises WrongValueError if the field cannot have it.
    """
    if not text:
        return None
    if name == "also_asked":
        return items(text, re.compile("\n"))
    return parse_field(name, text)
