"""Lists that staff keep as YAML: usable entries, and a message for each error."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from store.fields import PlainDates
from text.messages import Message, message

Entry = TypeVar("Entry", bound=BaseModel)
State = tuple[int, int]
"""Last change and size of a file; if they differ, the list is read again."""


class ListCodes(NamedTuple):
    """Codes of the messages about a list.

    `needs`: by key, of the message on what its value must be; of other keys it must be text.
    """

    not_read: str
    no_list: str
    entry_wrong: str
    needs: Mapping[str, str] = MappingProxyType({})


def state_of(path: Path) -> State:
    """Returns the state of a file: last change in nanoseconds, and size in bytes.

    Raises OSError if the file is missing or cannot be looked at.
    """
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def read_list(path: Path, codes: ListCodes, model: type[Entry]) -> tuple[list[Entry], list[Message]]:
    """Usable entries of a list, and the errors of the others.

    Raises OSError if the file cannot be read; a file that is no YAML is one of the errors.
    """
    try:
        written: Any = PlainDates(path.read_text(encoding="utf-8")).get_single_data()
    except UnicodeDecodeError:
        return [], [message(codes.not_read, error=message("list.not_utf8"))]
    except yaml.YAMLError as error:
        return [], [message(codes.not_read, error=place_of(error))]
    if not isinstance(written, list):
        return [], [message(codes.no_list)]
    found, wrong = list[Entry](), list[Message]()
    for number, entry in enumerate(written, 1):
        try:
            found.append(model.model_validate(entry))
        except ValidationError as error:
            named = entry.get("id", number) if isinstance(entry, dict) else number
            wrong += [entry_error(codes, model, each, named) for each in error.errors()]
    return found, wrong


def entry_error(codes: ListCodes, model: type[BaseModel], error: ErrorDetails, entry: object) -> Message:
    """Returns the message on an error in an entry: the key, and what it must be."""
    if not error["loc"]:
        return message("list.no_keys", entry=entry)
    first, key = str(error["loc"][0]), ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        [nearest] = get_close_matches(first.lower(), model.model_fields, n=1, cutoff=0)
        return message(codes.entry_wrong, entry=entry, key=key, error=message("list.unknown_key", nearest=nearest))
    needed = message(codes.needs.get(first, "list.needs_text"))
    return message(codes.entry_wrong, entry=entry, key=key, error=needed)


def place_of(error: yaml.YAMLError) -> Message:
    """Returns the message on the line that is no YAML."""
    mark = getattr(error, "problem_mark", None)
    return message("list.not_yaml_at_line", line=mark.line + 1) if mark else message("list.not_yaml")


def unreadable(codes: ListCodes, error: OSError) -> Message:
    """Returns the message that a list cannot be read, with the error in one line."""
    return message(codes.not_read, error=" ".join(str(error).split()))
