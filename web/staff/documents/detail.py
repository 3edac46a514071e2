"""`/folder/document`: the details of one document, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse

from ingest.uploads.trash import TrashEntry
from records import AuditEntry
from store import folder
from store.validity import find_replacements, original
from web.staff.approval_rules import may_bring_back
from web.staff.context import StaffContext
from web.staff.corrected_pages import list_corrected_pages
from web.staff.documents.held import is_about
from web.staff.documents.labels import fields_of
from web.staff.documents.list import how_far, state_of
from web.staff.documents.overview import BY_HAND_ACTION, GONE_ACTION, Shelf
from web.staff.folder_state import files_of, path_of
from web.staff.messages import localise
from web.staff.pages import Pages, language_of

Source = Annotated[str, Query(max_length=1000)]
ENTRIES = 20
PUBLISHING = (
    "document.added", "document.replaced", "document.rewritten", "document.kept_both", "document.version_back",
    "document.put_back", "page.corrected", "page.correction_removed",
)  # fmt: skip
"""Actions that make a version of a document's text public."""

EDITING = ("document.edited",)


@dataclass(frozen=True)
class Translation:
    """A translation of a document.

    - `day`: when its text was last reviewed or published; None if neither is known.
    - `is_older`: that was on an earlier day than with the original.
    """

    source: str
    language: str
    day: date | None
    is_older: bool


@dataclass(frozen=True)
class Relatives:
    """Related documents by source: versions and translations.

    `is_older`: it is a translation itself, and older than its original.
    """

    replaced_by: str = ""
    replaces: tuple[str, ...] = ()
    translates: str = ""
    translations: tuple[Translation, ...] = ()
    is_older: bool = False

    @property
    def older(self) -> int:
        """Number of the translations that are older than the document."""
        return sum(each.is_older for each in self.translations)


def add_detail(routes: APIRouter, pages: Pages, shelf: Shelf) -> None:
    """Adds `/folder/document`, its `/part` (without the frame) and `/folder/file`."""
    room = pages.room

    @routes.get("/folder/document")
    def show_document(request: Request, source: Source) -> HTMLResponse:
        if (removed := find_removed(shelf, source)) is not None:
            may = may_bring_back(pages, request)
            moved = room.audit.entries((GONE_ACTION,), source, 1)
            shown = {
                "removed": removed,
                "may_bring_back": may,
                "now_at": moved[0].details.get("now_at") if moved else "",
            }
            return pages.show(request, "documents/gone", 404, source=source, **shown)
        known = collect_values(request, shelf, source)
        return pages.show(request, "documents/document", **known, **how_far(room, language_of(request)))

    @routes.get("/folder/document/part")
    def part(request: Request, source: Source) -> HTMLResponse:
        return pages.part(request, "documents/known", **collect_values(request, shelf, source))

    @routes.get("/folder/file")
    def file(source: Source) -> FileResponse:
        path = path_of(room, source)
        # always a download: the file may be a web page
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")


def find_removed(shelf: Shelf, source: str) -> tuple[TrashEntry, ...] | None:
    """Returns what the trash holds of a document that is gone, latest first.

    None if the document is there, or if nothing is known of it.
    """
    room = shelf.room
    if shelf.failure(source) or source in room.index.documents() or source in files_of(room):
        return None
    entries = [each for each in room.trash.read_all() if each.source == source]
    is_known = entries or room.audit.entries(subject=source, limit=1)
    return tuple(sorted(entries, key=lambda each: each.at, reverse=True)) if is_known else None


def collect_values(request: Request, shelf: Shelf, source: str) -> dict[str, Any]:
    """Returns the values of a document's page.

    Raises HTTPException if there is no such document.
    """
    room, language, state = shelf.room, language_of(request), state_of(shelf.room)
    row, failure = shelf.row(source), shelf.failure(source)
    if row is None and failure is None:
        path_of(room, source)
    document = room.index.document(source) if row else None
    return {
        "changes": [each for each in room.arriving.waiting_files() if each.met and each.met.source == source],
        "corrected": list_corrected_pages(document),
        "drafts": [each for each in room.records.drafts.read_all() if is_about(each, source)],
        "entries": room.audit.entries(subject=source, limit=ENTRIES),
        "failure": failure,
        "fields": fields_of(document, language) if row and document else [],
        "relatives": relatives(room, source) if row else Relatives(),
        "outdated": bool(row) and is_outdated(room, source),  # after what is shown: it may be read in between
        **publishing(room, source),
        "row": row,
        "source": source,
        "state": state,
        "titles": {each: metadata.title for each, metadata in room.index.documents().items()},
        "told": lambda message: localise(message, language),
    }


def publishing(room: StaffContext, source: str) -> dict[str, AuditEntry | None]:
    """Returns the entry of the last publishing, and of a later change of details.

    Details are such as title and validity. None where there is no entry.
    """
    published, edited = (next(iter(room.audit.entries(each, source, 1)), None) for each in (PUBLISHING, EDITING))
    is_since = edited and (published is None or edited.at > published.at)
    return {"published": published, "edited": edited if is_since else None}


def is_outdated(room: StaffContext, source: str) -> bool:
    """True if the file has changed since it was read."""
    path = files_of(room).get(source)
    parts = room.index.fingerprints().get(source, "").split("|")
    return path is not None and folder.content_hash(path) not in parts


def relatives(room: StaffContext, source: str) -> Relatives:
    """Returns the other versions of a document, and its translations."""
    documents, today = room.index.documents(), date.today()
    if source not in documents:
        return Relatives()
    _, replaced_by = room.index.validities(today).get(source, (None, ""))
    origin = original(source, documents)
    alike = sorted(each for each in documents if each != source and original(each, documents) == source)
    replaces = [old for old, new in find_replacements(documents).items() if new == source]
    translations = tuple(translation(room, each, source) for each in alike)
    translates = origin if origin != source else ""
    is_older = bool(translates) and translation(room, source, origin).is_older
    return Relatives(replaced_by, tuple(replaces), translates, translations, is_older)


def translation(room: StaffContext, source: str, origin: str) -> Translation:
    """Returns how old a translation is, beside its original."""
    own, theirs = text_day(room, source), text_day(room, origin)
    return Translation(source, room.index.documents()[source].language, own, bool(own and theirs and own < theirs))


def text_day(room: StaffContext, source: str) -> date | None:
    """Returns the day on which a text was reviewed or published, the later one.

    None if neither is known.
    """
    published = room.audit.entries((*PUBLISHING, BY_HAND_ACTION), source, 1)
    days = [room.index.documents()[source].reviewed_on, *(each.at.astimezone().date() for each in published)]
    return max(filter(None, days), default=None)
