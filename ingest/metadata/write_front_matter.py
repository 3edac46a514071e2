"""Writes metadata into front matter or sidecar; only the lines of its keys change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import yaml

from ingest.loaders.plain_text import decode
from ingest.metadata.front_matter import FrontMatter, Place, read_keys
from store import folder
from store.atomic_file import replace
from store.fields import PlainDates
from store.messages import Message, MessageError, message

Value = str | date | bool | tuple[str, ...] | None
"""Value of a key; None and empty values state that there is none."""
HEAD = re.compile(
    rb"(?P<before>(?:\xef\xbb\xbf)?---[ \t]*\r?\n)(?P<yaml>.*?)(?P<after>^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z))",
    re.DOTALL | re.MULTILINE,
)
"""Front matter as bytes of a file; the bytes below it are not touched."""
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


class FrontMatterNotWritableError(MessageError):
    """Metadata that only a person can change in the file; the message says why."""


@dataclass(frozen=True)
class Written:
    """Metadata written about a file.

    `values`: usable values by key; `unusable`: the others as written.
    `problems`: what the clerk must know.
    """

    values: dict[str, Any]
    unusable: dict[str, str]
    problems: tuple[Message, ...]


class Quoting(yaml.SafeDumper):
    """YAML dumper that also quotes texts that begin like a number or span lines."""


def as_quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Represents a text as YAML: in quotes if it begins like a number or spans lines."""
    style = '"' if re.match(r"[-+.]?\d", text) or not text.isprintable() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


Quoting.add_representer(str, as_quoted)


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


def mapping(text: str) -> dict[str, Any]:
    """Keys and values of YAML, unchecked; empty for other content."""
    try:
        found = PlainDates(text).get_single_data()
    except yaml.YAMLError:
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


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


def change_yaml(text: str, values: Mapping[str, Value], without: Collection[str] = ()) -> str:
    """Returns YAML with keys set and others removed; other lines stay unchanged.

    Raises FrontMatterNotWritableError if the YAML is unreadable or too unusual for this.
    """
    root = parse_nodes(text)
    pairs = [(key.value, key, value) for key, value in root.value] if root else []
    if root and root.flow_style:
        text, pairs = "".join(line(key, value) for key, value in mapping(text).items()), []
        return change_yaml(text, values, without)
    wanted = {key: value for key, value in mapping(text).items() if key not in without}
    wanted |= {key: plain(value) for key, value in values.items()}
    new = apply_edits(text, sorted(edits(text, pairs, values, without), reverse=True))
    if mapping(new) != wanted:
        raise FrontMatterNotWritableError(message("write.unusual"))
    return new


def parse_nodes(text: str) -> yaml.MappingNode | None:
    """Returns YAML as nodes.

    None if it is empty.
    Raises FrontMatterNotWritableError if it is not YAML, or no mapping of keys.
    """
    try:
        root = PlainDates(text).get_single_node()
    except yaml.YAMLError as error:
        raise FrontMatterNotWritableError(message("write.not_yaml")) from error
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == "tag:yaml.org,2002:null"):
        return None
    if not isinstance(root, yaml.MappingNode):
        raise FrontMatterNotWritableError(message("write.no_keys"))
    return root


Pairs = list[tuple[str, yaml.Node, yaml.Node]]


def edits(
    text: str, pairs: Pairs, values: Mapping[str, Value], without: Collection[str]
) -> Iterator[tuple[int, int, str]]:
    """Replacements: `(start, end, new text)`."""
    break_ = "\r\n" if "\r\n" in text else "\n"
    places = {key: (node.start_mark.index, end_of(old, text)) for key, node, old in pairs}
    for key, node, old in pairs:
        if key in without:
            yield node.start_mark.index, after_line(text, end_of(old, text)), ""
    for key, value in values.items():
        if key in places:
            yield *places[key], line(key, value).rstrip("\n")
    added = [line(key, value).rstrip("\n") + break_ for key, value in values.items() if key not in places]
    if added:
        indent = " " * (pairs[0][1].start_mark.column if pairs else 0)
        end = after_line(text, end_of(pairs[-1][2], text)) if pairs else len(text)
        start = break_ if text[:end] and not text[:end].endswith("\n") else ""
        yield end, end, start + "".join(indent + each for each in added)


def apply_edits(text: str, changes: list[tuple[int, int, str]]) -> str:
    """Applies replacements to the text; they must be ordered from last to first."""
    for start, end, new in changes:
        text = text[:start] + new + text[end:]
    return text


def end_of(node: yaml.Node, text: str) -> int:
    """End of a value, without the comments and empty lines after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last, text)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip())


def after_line(text: str, place: int) -> int:
    """Start of the next line."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def line(key: str, value: object) -> str:
    """A line of YAML; lists are in brackets."""
    value = list(value) if isinstance(value, tuple) else value
    whole = {key: value} if not isinstance(value, list) else value
    dumped = yaml.dump(whole, Dumper=Quoting, allow_unicode=True, default_flow_style=isinstance(value, list), width=inf)
    return f"{key}: {dumped}" if isinstance(value, list) else dumped


def plain(value: object) -> object:
    """Value in the form that YAML with text dates gives it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
