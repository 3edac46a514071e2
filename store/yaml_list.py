"""Lists that staff keep as YAML: usable entries, and a message for each error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from store.messages import Message, message

Entry = TypeVar("Entry")
State = tuple[int, int]
"""Last change and size of a file; if they differ, the list is read again."""


class ListCodes(NamedTuple):
    """Codes of the messages about a list."""

    not_read: str
    no_list: str
    entry_wrong: str


def state_of(path: Path) -> State:
    """Returns the state of a file.

    Raises OSError.
    """
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def error_text(error: ErrorDetails) -> Message | str:
    return error["msg"]


def read_list(
    path: Path,
    codes: ListCodes,
    build: Callable[[Any], Entry],
    says: Callable[[ErrorDetails], Message | str] = error_text,
) -> tuple[list[Entry], list[Message]]:
    """Usable entries of a list, and the errors of the others.

    `build`: makes an entry; raises ValidationError, of which `says` tells one error.
    Raises OSError.
    """
    try:
        written: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        return [], [unreadable(codes, error)]
    if not isinstance(written, list):
        return [], [message(codes.no_list)]
    found, wrong = list[Entry](), list[Message]()
    for number, entry in enumerate(written, 1):
        try:
            found.append(build(entry))
        except ValidationError as error:
            named = {"number": number, "entry": entry.get("id", number) if isinstance(entry, dict) else number}
            wrong += [
                message(codes.entry_wrong, key=".".join(map(str, each["loc"])), error=says(each), **named)
                for each in error.errors()
            ]
    return found, wrong


def unreadable(codes: ListCodes, error: Exception) -> Message:
    return message(codes.not_read, error=" ".join(str(error).split()))
