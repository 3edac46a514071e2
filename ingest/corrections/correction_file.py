"""Page corrections by staff: stored beside the file, applied at each read."""

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
from text.messages import MessageError, message, system_reason
from text.normalise import normalise

LONGEST = 200_000
"""Maximum characters of a corrected page."""
LARGEST = 20 << 20
EXPLANATION = """\
# Pages of {name} whose text the staff corrected by hand; it stands in place of what is read from the file.
# It counts while `file` is the SHA-256 of that file. Delete a page below, or this file, to take corrections back.
"""


class Writer(yaml.SafeDumper):
    """YAML dumper that writes multi-line texts as blocks, for people who read them."""


def write_text(dumper: Writer, text: str) -> yaml.ScalarNode:
    """Represents a text as YAML: as a block if it has several lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Writer.add_representer(str, write_text)


@dataclass(frozen=True)
class Correction:
    """Corrected text of one page, with its author and time."""

    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(normalise)]
    who: Annotated[str, Field(max_length=200)] = ""
    when: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


@dataclass(frozen=True)
class Corrections:
    """Corrected pages of a file, by number from 1.

    `file`: SHA-256 of the corrected file.
    """

    file: str = ""
    pages: Mapping[Annotated[int, Field(ge=1)], Correction] = field(default_factory=dict)


CORRECTIONS = TypeAdapter(Corrections)


WRITING = Lock()
"""Held from reading the corrections of a file to writing them.

So two concurrent corrections cannot overwrite each other.
"""


class CorrectionUnusableError(MessageError):
    """The correction file cannot be read; the message tells the clerk why."""


class DocumentReplacedError(Exception):
    """The file is another version than the one whose text was corrected."""


class PageChangedError(Exception):
    """The page has another correction by now than the person has seen."""


def read_corrections(path: Path) -> Corrections:
    """Returns the corrections stored beside a file; empty without such a file.

    Raises CorrectionUnusableError if that file is too large, cannot be read or does not hold corrections.
    """
    beside = folder.corrections(path)
    if not beside.exists():
        return Corrections()
    try:
        if beside.stat().st_size > LARGEST:
            raise CorrectionUnusableError(message("corrections.too_large", file=beside.name))
        return CORRECTIONS.validate_python(yaml.safe_load(beside.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, ValueError, RecursionError):
        raise CorrectionUnusableError(message("corrections.not_yaml", file=beside.name)) from None
    except OSError as error:
        raise CorrectionUnusableError(
            message("corrections.not_read", file=beside.name, error=system_reason(error))
        ) from None


def correct(path: Path, page: int, correction: Correction, expected: str, before: Correction | None = None) -> None:
    """Stores the correction of a page in place of the correction `before`.

    `expected`: SHA-256 of the corrected version of the file. Corrections of other versions are deleted.
    Raises DocumentReplacedError if the file is another version.
    Raises PageChangedError if the page has another correction than `before`.
    Raises CorrectionUnusableError or OSError if files cannot be read or written. Nothing is changed then.
    """
    if folder.content(path) != expected:  # before the lock: hashing a large file takes a while
        raise DocumentReplacedError
    with WRITING:
        kept = read_corrections(path)
        pages = kept.pages if kept.file == expected else {}
        if pages.get(page) != before:
            raise PageChangedError
        text = normalise(correction.text)
        write_corrections(path, Corrections(expected, {**pages, page: replace(correction, text=text)}))


def take_back(path: Path, page: int, before: Correction) -> None:
    """Removes the correction `before` of a page.

    Raises PageChangedError if the page has another correction by now.
    Raises CorrectionUnusableError or OSError if the corrections cannot be read or written.
    """
    with WRITING:
        kept = read_corrections(path)
        if kept.pages.get(page) != before:
            raise PageChangedError
        write_corrections(
            path, replace(kept, pages={number: each for number, each in kept.pages.items() if number != page})
        )


def delete_old(path: Path) -> None:
    """Removes the corrections of other versions of a file.

    Raises CorrectionUnusableError or OSError if files cannot be read or removed.
    """
    now = folder.content(path)
    with WRITING:
        if read_corrections(path).file != now:
            folder.corrections(path).unlink(missing_ok=True)


def write_corrections(path: Path, corrections: Corrections) -> None:
    """Writes the corrections beside a file atomically; deletes the file without pages."""
    if not corrections.pages:
        folder.corrections(path).unlink(missing_ok=True)
        return
    content = EXPLANATION.format(name=path.name) + yaml.dump(
        to_yaml(corrections), Dumper=Writer, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    beside = folder.corrections(path)
    fresh = beside.with_name(beside.name + ".part")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(beside)


def to_yaml(corrections: Corrections) -> dict[str, Any]:
    """Returns corrections as values for YAML, with pages by number."""
    pages = {
        number: {"who": each.who, "when": each.when, "text": each.text}
        for number, each in sorted(corrections.pages.items())
    }
    return {"file": corrections.file, "pages": pages}
