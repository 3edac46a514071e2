"""Validity preview: changes that an edit would cause, shown before it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from hashlib import sha256

from ingest.loaders.plain_text import decode
from ingest.metadata import read_metadata
from ingest.metadata.write_front_matter import FrontMatterDraft
from ingest.sync.read_file import front_matter, sidecar
from ingest.uploads.trash import Trash, TrashEntry
from store.documents import Document, LoadedText, Metadata, UnreadableFileError, Validity
from store.index import Index
from store.validity_changes import Shift, ValiditySnapshot, find_shifts
from web.staff.formatting import Formatter
from web.staff.pages import Say

Drafts = tuple[FrontMatterDraft, FrontMatterDraft]
"""Metadata of a document, now and after an edit."""


def foresee(index: Index, source: str, now: FrontMatterDraft, then: FrontMatterDraft, on: date) -> tuple[Shift, ...]:
    """Returns the documents whose validity this edit changes, the edited one first."""
    return own_first(source, foresee_all(index, {source: (now, then)}, on))


def foresee_all(index: Index, drafts: Mapping[str, Drafts], on: date) -> tuple[Shift, ...]:
    """Returns the documents whose validity several edits change; `drafts` by source."""
    before, after = (
        index.documents() | {source: metadata_of(index, source, each[when]) for source, each in drafts.items()}
        for when in (0, 1)
    )
    return find_shifts(before, after, on)


def foresee_without(index: Index, source: str, on: date) -> tuple[Shift, ...]:
    """Returns the other documents whose validity changes if a document is removed."""
    documents = index.documents()
    return find_shifts(documents, {each: own for each, own in documents.items() if each != source}, on)


def foresee_in_place(
    documents: Mapping[str, Metadata], old: str, source: str, new: Metadata, on: date
) -> tuple[Shift, ...]:
    """Returns the documents whose validity changes if a new one replaces `old`.

    `old` is empty if the new document replaces none. The place comes first and has the `source` of the new document.
    """
    before = {source if each == old else each: own for each, own in documents.items()}
    return own_first(source, find_shifts(before, before | {source: new}, on))


def foresee_back(trash: Trash, index: Index, removed_id: str, on: date) -> tuple[Shift, ...]:
    """Returns the documents whose validity changes if one is restored from the trash.

    Raises NotInTrashError if it is not in the trash (any more).
    """
    removed = trash.find(removed_id)
    if (document := former(trash, removed)) is None:
        return ()
    return foresee_in_place(index.documents(), removed.by, removed.source, document.metadata, on)


def former(trash: Trash, removed: TrashEntry) -> Document | None:
    """Returns a document of the trash as it was last read.

    None if it was never read, or had no text.
    """
    if not (text := trash.text(removed)):
        return None
    file = trash.file(removed)
    metadata, _ = read_metadata(
        removed.source, front_matter(file), sidecar(file), LoadedText(text, title=removed.title)
    )
    return Document(removed.source, text, metadata)


def foresee_text(
    index: Index, source: str, now: FrontMatterDraft, texts: tuple[str, str], on: date
) -> tuple[Shift, ...]:
    """Returns the documents whose validity a new text changes, the edited one first.

    `texts` are the text before and after.
    """
    documents = index.documents()
    before, after = (documents | {source: metadata_of(index, source, now, text)} for text in texts)
    return own_first(source, find_shifts(before, after, on))


def own_first(source: str, shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """Returns shifts in order, those of one document first."""
    return tuple(sorted(shifts, key=lambda shift: shift.source != source))


def metadata_of(index: Index, source: str, draft: FrontMatterDraft, text: str | None = None) -> Metadata:
    """Returns the metadata of a document with this draft.

    Without `text`, dates and all else are read from the text last read.
    """
    document = index.document(source)
    known = document.metadata if document else Metadata()
    read = document.text if document else ""
    loaded = LoadedText(read if text is None else text, title=known.title if "title" in known.guessed else "")
    return read_metadata(source, text_of(draft.head or b""), text_of(draft.beside), loaded)[0]


def text_of(content: bytes) -> str:
    """Returns YAML as text; empty if it is not text, which the form then reports."""
    with suppress(UnreadableFileError):
        return decode(content) if content else ""
    return ""


def seal(digest: str, shifts: Iterable[Shift]) -> str:
    """Identifies these shifts for this state of the file.

    After any change, the clerk is asked again.
    """
    plain = [
        (shift.source, *(asdict(each) if each else None for each in (shift.before, shift.after))) for shift in shifts
    ]
    return sha256(f"{digest} {plain}".encode()).hexdigest() if plain else ""


def shift_details(source: str, shifts: Sequence[Shift]) -> dict[str, str]:
    """Returns the shifts as audit log details: of the document, and of others."""
    own = [describe_shift(shift) for shift in shifts if shift.source == source]
    others = [f"{shift.source}: {describe_shift(shift)}" for shift in shifts if shift.source != source]
    return {key: "; ".join(each) for key, each in (("validity", own), ("validity_of_others", others)) if each}


def describe_shift(shift: Shift) -> str:
    """Returns a validity before and after, without a language, for the audit log."""
    return f"{brief(shift.before)} → {brief(shift.after)}"


def brief(standing: ValiditySnapshot | None) -> str:
    """Formats a validity without a language: `in_force 2026-01-01 – 2027-12-31`.

    For the audit log.
    """
    if standing is None:
        return "—"
    days = f"{standing.begins or ''} – {standing.ends or ''}".strip() if standing.begins or standing.ends else ""
    by = f"({standing.replaced_by} {standing.replaced_from or ''}".strip() + ")" if standing.replaced_by else ""
    return " ".join(filter(None, (standing.validity, days, by)))


def reasons(standing: ValiditySnapshot | None, titles: Mapping[str, str], say: Say, speak: Formatter) -> list[str]:
    """Returns the dates and documents that cause a validity, in words."""
    if standing is None:
        return []
    days = (("from", standing.begins), ("until", standing.ends))
    said = [say(f"documents.confirm.{name}", day=speak.day(day)) for name, day in days if day]
    if by := standing.replaced_by:
        key = "documents.confirm.replaced_from" if standing.replaced_from else "documents.confirm.replaced"
        day = speak.day(standing.replaced_from) if standing.replaced_from else ""
        said.append(say(key, name=titles.get(by) or by, day=day))
    elif standing.validity is Validity.IN_FORCE and not standing.ends:
        said.append(say("documents.confirm.open"))
    return said
