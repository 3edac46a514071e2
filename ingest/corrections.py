"""Pages that the staff corrected by hand: kept beside the file, put into its text whenever it is read."""

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

from ingest import folder
from ingest.aligning import carried
from ingest.documents import Loaded, Page, Quality
from ingest.loading.normalise import normalise
from ingest.loading.pdf_paragraphs import SENTENCE_ENDS
from ingest.loading.plausible import garbled
from ingest.loading.writing import count_tables

LONGEST = 200_000
"""Characters of a page that can be kept."""
LARGEST = 20 << 20
EXPLANATION = """\
# Pages of {name} whose text the staff corrected by hand; it stands in place of what is read from the file.
# It counts while `file` is the SHA-256 of that file. Delete a page below, or this file, to take corrections back.
"""
BETWEEN = "\n\n"


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


class Unusable(Exception):
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
            raise Unusable(f"{beside.name} is too large. Delete what is no correction of a page.")
        return CORRECTIONS.validate_python(yaml.safe_load(beside.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, ValueError, RecursionError):
        raise Unusable(
            f"{beside.name} cannot be read, so that no page is corrected."
            " Mend it (it is YAML), or delete it and correct anew."
        ) from None
    except OSError as error:
        raise Unusable(f"{beside.name} cannot be read ({error.strerror}). Check that it may be read.") from None


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


def corrected(path: Path, loaded: Loaded) -> tuple[Loaded, tuple[str, ...]]:
    """What was read from a file, with the corrections that lie beside it, and the problems with them as sentences for
    the clerk. Corrections of another version of the file or of a page that it lacks are left out."""
    try:
        corrections = read(path)
    except Unusable as error:
        return loaded, (str(error),)
    beside = folder.corrections(path).name
    if corrections.pages and corrections.file != folder.content(path):
        numbers = ", ".join(map(str, sorted(corrections.pages)))
        return loaded, (
            f"{beside} corrects another version of this file (page {numbers}) and is not applied."
            " Compare these pages with the file and correct them anew, or delete the corrections.",
        )
    known = {page.number for page in loaded.pages}
    missing = [number for number in sorted(corrections.pages) if number not in known]
    problems = (
        f"{beside} corrects page {number}, which the file does not have. Delete it there." for number in missing
    )
    usable = {number: each for number, each in corrections.pages.items() if number in known}
    return (applied(loaded, usable) if usable else loaded), tuple(problems)


def applied(loaded: Loaded, corrections: Mapping[int, Correction]) -> Loaded:
    """What was read, with corrected texts in place of those of some of its pages; the others stay as they are."""
    text, last, pages, was_apart, above = "", 0, list[Page](), False, None
    for page in loaded.pages:
        before = loaded.text[page.start : page.end]
        correction = corrections.get(page.number)
        body = normalise(correction.text) if correction else before
        is_apart = bool(body) != bool(before)
        is_ended = bool(correction or above) and text.endswith(SENTENCE_ENDS)
        if body:
            text += gap(loaded.text[last : page.start], text, body, is_apart or was_apart or is_ended)
        new = replace(page, start=len(text), end=len(text) + len(body))
        pages.append(replace(new, method="corrected", lines=carried(page.lines, before, body)) if correction else new)
        text += body
        last, was_apart, above = page.end, is_apart or (was_apart and not body), correction
    return replace(loaded, text=text, pages=tuple(pages), quality=quality(loaded, text, pages, corrections))


def gap(before: str, above: str, below: str, is_apart: bool) -> str:
    """What stands between two pages: what stood there, or a blank line where no sentence goes on from one to the other
    any more, since a page between them came or went, or what was corrected ends a sentence, a table or a heading."""
    if not above or "\n\n" in before:
        return before if above else ""
    last = above[above.rfind("\n") + 1 :]
    return BETWEEN if is_apart or last.startswith(("|", "#")) or below.startswith(("|", "#")) else before


def quality(loaded: Loaded, text: str, pages: list[Page], corrections: Mapping[int, Correction]) -> Quality:
    """The record of the reading, as it is after the corrections: what they mended is not complained of any more."""
    mended = tuple(f"Page {number} " for number in corrections)
    done = (
        f"Page {number} was corrected by hand ({each.who}, {each.when:%Y-%m-%d})."
        for number, each in sorted(corrections.items())
    )
    methods = [page.method for page in pages]
    return replace(
        loaded.quality,
        empty_pages=methods.count("empty"),
        ocr_pages=methods.count("ocr"),
        pdfium_pages=methods.count("pdfium"),
        corrected_pages=len(corrections),
        garbled=round(garbled(text), 4),
        tables=loaded.quality.tables + count_tables(text) - count_tables(loaded.text),
        characters=len(text),
        notes=(*(note for note in loaded.quality.notes if not note.startswith(mended)), *done),
    )
