"""Metadata of a document: written by staff, completed from the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest.metadata.document_days import take_days
from ingest.metadata.front_matter import read_keys
from ingest.metadata.official_documents import read_official
from store.documents import Document, LoadedText, Metadata
from text.language import detect_language
from text.messages import Message
from text.titles import file_title, own_title, plausible_title

RULES = "metadata-7"
"""Version of the rules for reading metadata and basis marks.

Documents read by other rules are read again.
"""


def read_metadata(
    source: str, front_matter: str, sidecar: str, loaded: LoadedText, today: date | None = None
) -> tuple[Metadata, tuple[Message, ...]]:
    """Metadata of a file, and messages for the clerk.

    The messages name problems of written metadata and dates of the text that were rejected (see `find_doubted_key`).
    `front_matter` and `sidecar` are YAML, "" if missing; the front matter has priority.
    Written values count field by field. All other fields are read from the text and named in `guessed`. A key that
    is written but left empty (`supersedes: []`) is an answer too: nothing is read for it.
    """
    beside, beside_problems = read_keys(sidecar, "sidecar")
    inside, inside_problems = read_keys(front_matter, "front_matter")
    written = beside | inside
    read, doubts = _read(source, written, loaded, today or date.today())
    guesses = {key: value for key, value in read.items() if value and key not in written}
    metadata = Metadata(**written, **guesses, guessed=frozenset(guesses))
    return metadata, (*inside_problems, *beside_problems, *doubts)


def is_titled_by_file(document: Document) -> bool:
    """Checks that the name of the file stands for a title, since its text has none."""
    known = document.metadata
    return "title" in known.guessed and known.title == file_title(document.source) and not own_title(document.text)


def _read(
    source: str, written: Mapping[str, Any], loaded: LoadedText, today: date
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Values from the text by key, and sentences on dates that were not accepted."""
    title = own_title(loaded.text) or plausible_title(loaded.title) or file_title(source)
    official = read_official(source, (title, written.get("title", "")), loaded.text)
    days = take_days(official, written, today)
    return {
        "title": title,
        "language": detect_language(loaded.text),
        "issuer": official.issuer,
        "document_number": official.document_number,
        **days.taken,
        "supersedes": official.supersedes,
        "status": "draft" if official.draft else None,
    }, days.doubts
