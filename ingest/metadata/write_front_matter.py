"""Writes metadata into front matter or sidecar; only the lines of its keys change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.loaders.plain_text import decode
from ingest.metadata.change_yaml import FrontMatterNotWritableError, Value, change_yaml, mapping
from ingest.metadata.front_matter import FrontMatter, Place, read_keys
from store import folder
from store.atomic_file import replace
from text.messages import Message, message

HEAD = re.compile(
    rb"(?P<before>(?:\xef\xbb\xbf)?---[ \t]*\r?\n)(?P<yaml>.*?)(?P<after>^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z))",
    re.DOTALL | re.MULTILINE,
)
"""Front matter as bytes of a file; the bytes below it are not touched."""
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


@dataclass(frozen=True)
class Written:
    """Metadata written about a file.

    `values`: usable values by key; `unusable`: the others as written.
    `problems`: what the clerk must know.
    """

    values: dict[str, Any]
    unusable: dict[str, str]
    problems: tuple[Message, ...]


def read_written(path: Path) -> Written:
    """Metadata written in a file and its sidecar, without guesses from the text.

    Raises UnreadableFileError if either is not text, and OSError.
    """
    inside, beside = front_matter_of(path) or b"", sidecar_of(path)
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    problems: tuple[Message, ...] = ()
    places: tuple[tuple[bytes, Place], ...] = ((beside, "sidecar"), (inside, "front_matter"))
    for content, where in places:
        text = decode(content) if content else ""
        own, wrong = read_keys(text, where)
        values, raw, problems = values | own, raw | mapping(text), (*wrong, *problems)
    unusable = {key: str(raw[key]) for key in FrontMatter.model_fields if key in raw and key not in values}
    return Written(values, unusable, problems)


@dataclass(frozen=True)
class FrontMatterDraft:
    """New YAML bytes of a file: `head` (None without front matter) and `beside`."""

    head: bytes | None
    beside: bytes


def value_in_force(path: Path) -> FrontMatterDraft:
    """Returns the current YAML of a file.

    Raises OSError if the file or its sidecar cannot be read.
    """
    return FrontMatterDraft(front_matter_of(path), sidecar_of(path))


def draft(path: Path, values: Mapping[str, Value], without: Collection[str] = ()) -> FrontMatterDraft:
    """YAML that `write_metadata` would write; nothing is changed.

    Raises FrontMatterNotWritableError, UnreadableFileError and OSError.
    """
    head, beside = front_matter_of(path), sidecar_of(path)
    new_head = None if head is None else change_bytes(head, values, without)
    return FrontMatterDraft(new_head, change_bytes(beside, {} if head is not None else values, without))


def write_metadata(path: Path, values: Mapping[str, Value], without: Collection[str] = ()) -> None:
    """Writes values into the front matter if the file has one, else into the sidecar.

    The keys in `without` are removed from both. Nothing else changes.
    Raises FrontMatterNotWritableError if only a person can change the YAML, or if the file was changed meanwhile.
    Raises UnreadableFileError if the YAML is not text, and OSError. The files are unchanged then.
    """
    new, head, beside = draft(path, values, without), front_matter_of(path), sidecar_of(path)
    if new.head is not None and new.head != head:
        data = path.read_bytes()
        found = HEAD.match(data)
        if found is None:
            raise FrontMatterNotWritableError(message("write.changed_meanwhile"))
        replace(path, data[: found.start("yaml")] + new.head + data[found.end("yaml") :])
    if new.beside != beside:
        place = folder.sidecar(path)
        if new.beside.strip():
            replace(place, new.beside)
        else:
            place.unlink()


def front_matter_of(path: Path) -> bytes | None:
    """Returns the YAML at the head of a Markdown file.

    None if it has none there, and for other files.
    """
    if path.suffix.lower() not in {".md", ".markdown"}:
        return None
    found = HEAD.match(path.read_bytes())
    return found["yaml"] if found else None


def sidecar_of(path: Path) -> bytes:
    """Returns the bytes of a file's sidecar; empty without one."""
    place = folder.sidecar(path)
    return place.read_bytes() if place.exists() else b""


def change_bytes(content: bytes, values: Mapping[str, Value], without: Collection[str]) -> bytes:
    """Returns YAML changed as `change_yaml` does, in the encoding that it has."""
    text = decode(content) if content else ""
    new = change_yaml(text, values, without)
    return content if new == text else new.encode(encoding_of(content, text))


def encoding_of(content: bytes, text: str) -> str:
    """Returns the encoding in which `content` is `text`.

    Raises FrontMatterNotWritableError if it is none of ENCODINGS.
    """
    for encoding in ENCODINGS:
        try:
            if content.decode(encoding) == text:
                return encoding
        except UnicodeError:
            continue
    raise FrontMatterNotWritableError(message("write.encoding"))
