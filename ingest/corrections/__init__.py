"""Pages that the staff corrected by hand: kept beside the file, put into its text whenever it is read (`applying`)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from store import folder
from store.messages import MessageError, message
from text.normalise import normalise

LONGEST = 200_000
"""Characters of a page that can be kept."""
LARGEST = 20 << 20
EXPLANATION = """\
# Pages of {name} whose text the staff corrected by hand; it stands in place of what is read from the file.
# It counts while `file` is the SHA-256 of that file. Delete a page below, or this file, to take corrections back.
"""


class Writer(yaml.SafeDumper):
    """YAML whose texts of several lines are written as they stand, for people who open the file."""


def write_text(dumper: Writer, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Writer.add_representer(str, write_text)


@dataclass(frozen=True)
class Correction:
    """The text of one page as somebody corrected it, and when."""

    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(normalise)]
    who: Annotated[str, Field(max_length=200)] = ""
    when: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


@dataclass(frozen=True)
class Corrections:
    """The corrected pages of a file, by number from 1. `file` is the SHA-256 of the file that was corrected."""

    file: str = ""
    pages: Mapping[Annotated[int, Field(ge=1)], Correction] = field(default_factory=dict)


CORRECTIONS = TypeAdapter(Corrections)


WRITING = Lock()
"""Held from reading the corrections beside a file to writing them, so that none of two that come at a time is lost."""


class Unusable(MessageError):
    """The file with the corrections cannot be read; it says why, for the clerk."""


class Replaced(Exception):
    """The file is another version than the one whose text was corrected."""


class Changed(Exception):
    """What stands for the page is not the correction any more that somebody saw there."""


def read(path: Path) -> Corrections:
    """The corrections that lie beside a file; none where there is nothing. Raises Unusable."""
    beside = folder.corrections(path)
    if not beside.exists():
        return Corrections()
    try:
        if beside.stat().st_size > LARGEST:
            raise Unusable(message("corrections.too_large", file=beside.name))
        return CORRECTIONS.validate_python(yaml.safe_load(beside.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, ValueError, RecursionError):
        raise Unusable(message("corrections.not_yaml", file=beside.name)) from None
    except OSError as error:
        raise Unusable(message("corrections.not_read", file=beside.name, error=error.strerror)) from None


def correct(path: Path, page: int, correction: Correction, expected: str, before: Correction | None = None) -> None:
    """Keeps the correction of a page of the version of a file whose SHA-256 is `expected`, in place of the correction
    `before`; those of other versions go. Raises Replaced, Changed, Unusable and OSError, and then nothing has changed.
    """
    if folder.content(path) != expected:  # before the lock: a large file takes its time
        raise Replaced
    with WRITING:
        kept = read(path)
        pages = kept.pages if kept.file == expected else {}
        if pages.get(page) != before:
            raise Changed
        text = normalise(correction.text)
        write(path, Corrections(expected, {**pages, page: replace(correction, text=text)}))


def take_back(path: Path, page: int, before: Correction) -> None:
    """Removes the correction `before` of a page. Raises Changed, Unusable and OSError."""
    with WRITING:
        kept = read(path)
        if kept.pages.get(page) != before:
            raise Changed
        write(path, replace(kept, pages={number: each for number, each in kept.pages.items() if number != page}))


def delete_old(path: Path) -> None:
    """Removes the corrections of other versions of a file than the one that lies there. Raises Unusable and OSError."""
    now = folder.content(path)
    with WRITING:
        if read(path).file != now:
            folder.corrections(path).unlink(missing_ok=True)


def write(path: Path, corrections: Corrections) -> None:
    """Writes the corrections beside a file at one moment; without a page left there is no such file."""
    if not corrections.pages:
        folder.corrections(path).unlink(missing_ok=True)
        return
    content = EXPLANATION.format(name=path.name) + yaml.dump(
        plain(corrections), Dumper=Writer, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    beside = folder.corrections(path)
    fresh = beside.with_name(beside.name + ".part")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(beside)


def plain(corrections: Corrections) -> dict[str, Any]:
    pages = {
        number: {"who": each.who, "when": each.when, "text": each.text}
        for number, each in sorted(corrections.pages.items())
    }
    return {"file": corrections.file, "pages": pages}
