"""Metadata values as text for the staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.query.countries import country_name
from ingest.metadata.document_metadata import is_titled_by_file
from store.documents import Document, Metadata
from text.sorting import name_order
from web.staff.documents.form import LANGUAGES, Form
from web.staff.formatting import Formatter
from web.staff.i18n import words


def spell_value(name: str, value: Any, language: str) -> str:
    """Returns a metadata value as text; empty if there is no value."""
    known, speak = words(language), Formatter(language)
    if name == "language":
        return speak.language_name(value) if value else ""
    if name == "countries":
        return ", ".join(country_name(code, language) or code for code in value)
    if name == "topics":
        return ", ".join(map(speak.topic, value))
    if name in ("audience", "kind"):
        return known[f"documents.{name}.{value}"]
    if name == "status":
        return known[f"documents.status.{value}"] if value else ""
    if name == "download":
        return known["documents.yes" if value else "documents.no"]
    if isinstance(value, date):
        return speak.day(value)
    return (
        "\n".join(value) if name == "supersedes" else ", ".join(value) if isinstance(value, tuple) else str(value or "")
    )


def fields_of(document: Document, language: str) -> list[tuple[str, str, str]]:
    """Returns the known metadata of a document: `(field, value, origin)`.

    The origin is a message's code: `guessed`, or `of_file_name` for a title; "" for what was filled in.
    """
    metadata = document.metadata
    names = [name for name in Metadata.__dataclass_fields__ if name != "guessed"]
    origins = dict.fromkeys(metadata.guessed, "guessed")
    if is_titled_by_file(document):
        origins["title"] = "of_file_name"
    shown = ((name, spell_value(name, getattr(metadata, name), language), origins.get(name, "")) for name in names)
    return [(name, value, origin) for name, value, origin in shown if value]


def topic_names(documents: Iterable[Metadata], language: str) -> list[str]:
    """Returns the names of all known and used topics, sorted."""
    known = {key.removeprefix("topic.") for key in words(language) if key.startswith("topic.")}
    used = {topic for each in documents for topic in each.topics}
    return sorted(set(map(Formatter(language).topic, known | used)), key=name_order(language))


def options(language: str, typed: Form) -> dict[str, list[tuple[str, str]]]:
    """Returns the options of the fields with a choice: `(value, name)`."""
    known, speak = words(language), Formatter(language)
    chosen = typed.typed.get("language", "")
    codes = [*LANGUAGES, *([chosen] if chosen and chosen not in LANGUAGES else [])]
    return {
        "language": [("", known["documents.choose.language"]), *((code, speak.language_name(code)) for code in codes)],
        "kind": [
            ("", known["documents.choose.kind"]),
            *((code, known[f"documents.kind.{code}"]) for code in ("document", "guide")),
        ],
        "audience": [
            ("", known["documents.choose.audience"]),
            *((code, known[f"documents.audience.{code}"]) for code in ("outbound", "inbound", "both")),
        ],
        "status": [
            ("", known["documents.choose.status"]),
            *((code, known[f"documents.status.{code}"]) for code in ("in_force", "draft", "repealed")),
        ],
    }
