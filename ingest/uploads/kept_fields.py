"""Metadata that staff wrote by hand, and the part that a new version keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ingest.metadata.front_matter import FrontMatter
from ingest.metadata.write_front_matter import read_written
from store.documents import Document, Metadata
from text.document_numbers import normalise_number
from text.titles import file_title

OF_ONE_ISSUE = (
    "document_number", "issued", "effective_from", "effective_to", "status", "supersedes", "source_url", "summary",
)  # fmt: skip
"""Fields that describe one issue of a document; another issue does not keep them."""
TELLING = ("document_number", "issued", "effective_from")
"""Fields in which two issues of a document differ."""
OF_ONE_TEXT = ("reviewed_on",)
"""Fields that say something of the very text; no new version keeps them."""


@dataclass(frozen=True)
class HandFilled:
    """Hand-written fields missing in a new version: `kept` and `lost` ones."""

    kept: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, Any] = field(default_factory=dict)


def hand_filled(path: Path, known: Metadata | None, file: Path, new: Metadata) -> HandFilled:
    """Hand-written fields of the document at `path` that `file` keeps and loses.

    `known` and `new`: metadata of the old document (None if unknown) and of the new version.
    Raises UnreadableFileError if what is written about the old version is not text, and OSError.
    """
    before, inside = read_written(path).values, read_written(file).values
    guessed = {name for name in new.guessed if name != "title" or new.title != file_title(file.name)}
    filled = {name: value for name in FrontMatter.model_fields if (value := before.get(name))}
    silent = {name: value for name, value in filled.items() if name not in inside.keys() | guessed}
    leaving = {*OF_ONE_TEXT, *(OF_ONE_ISSUE if is_other_issue(before, known or Metadata(), new) else ())}
    kept = {name: value for name, value in silent.items() if name not in leaving}
    return HandFilled(kept, {name: value for name, value in silent.items() if name in leaving})


def is_other_issue(written: Mapping[str, Any], known: Metadata, new: Metadata) -> bool:
    """True if a new version has another number or other dates, or starts later.

    A start is later if it follows the end of the old version.
    """
    before = {name: written.get(name) or getattr(known, name) for name in (*TELLING, "effective_to")}
    pairs = [(comparable(before[name]), comparable(getattr(new, name))) for name in TELLING]
    end, start = before["effective_to"], new.effective_from
    return any(old and own and old != own for old, own in pairs) or bool(end and start and end < start)


def comparable(value: str | date | None) -> str | date | None:
    """Returns a value as it is compared: numbers of documents in one spelling.

    None if the value is None.
    """
    return normalise_number(value) if isinstance(value, str) else value


def with_kept(document: Document, kept: Mapping[str, Any]) -> Document:
    """A new version with the fields that it keeps."""
    metadata = replace(document.metadata, **kept, guessed=document.metadata.guessed - kept.keys())
    return replace(document, metadata=metadata)
