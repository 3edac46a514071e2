"""Changes keys of YAML; all other lines stay as they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from math import inf
from typing import Any

import yaml

from store.fields import PlainDates
from text.messages import MessageError, message

Value = str | date | bool | tuple[str, ...] | None
"""Value of a key; None and empty values state that there is none."""
Pairs = list[tuple[str, yaml.Node, yaml.Node]]


class FrontMatterNotWritableError(MessageError):
    """Metadata that only a person can change in the file; the message says why."""


class Quoting(yaml.SafeDumper):
    """YAML dumper that also quotes texts that begin like a number or span lines."""


def as_quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Represents a text as YAML: in quotes if it begins like a number or spans lines."""
    style = '"' if re.match(r"[-+.]?\d", text) or not text.isprintable() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


Quoting.add_representer(str, as_quoted)


def mapping(text: str) -> dict[str, Any]:
    """Keys and values of YAML, unchecked; empty for other content."""
    try:
        found = PlainDates(text).get_single_data()
    except yaml.YAMLError:
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


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
