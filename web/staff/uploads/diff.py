"""Diff between a document and its new version, before and after the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from ingest.diff.comparison import FieldChange, compare
from ingest.uploads.kept_fields import HandFilled, with_kept
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload, UploadNotFoundError
from ingest.uploads.trash import NotInTrashError
from records import AuditEntry
from store.documents import Document
from web.sources.page_image import page_picture
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import why_not, why_not_back
from web.staff.corrected_pages import list_corrected_pages
from web.staff.documents.labels import fields_of, spell_value
from web.staff.documents.validity_confirmation import words_of
from web.staff.documents.validity_preview import former, seal
from web.staff.pages import Pages, language_of, redirect, translator
from web.staff.upload_queue import LazyUploadQueue
from web.staff.uploads.details import may_fill_in, missing_fields
from web.staff.uploads.outcome import find_hand_filled, foreseen, outlook_of, seal_of
from web.staff.uploads.problems import find_problems_beside
from web.staff.uploads.read_text import problems_of, render_read, render_with_bases

Id = Annotated[str, Query(max_length=100)]
DECISIONS = ("draft.sent", "upload.returned", "upload.taken_over", "upload.page_corrected")
"""Audit actions while an upload waits."""


def add_comparisons(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds the pages of waiting files and of versions (`/folder/compare`)."""

    @routes.get("/folder/incoming/change")
    def change(request: Request, id: Id) -> Response:
        arrivals = arriving.queue()
        try:
            arrival = arrivals.look_again(id)
        except UploadNotFoundError:
            pages.flash(request, "uploads.decided", "note")
            return redirect(request, "folder/incoming")
        if arrival.document is None or arrival.state != "clash":
            return redirect(request, "folder/incoming")
        old = arrivals.document(arrival.conflict.source) if arrival.conflict else None
        filled = find_hand_filled(arrivals, arrival)
        public = with_kept(arrival.document, filled.kept)
        return pages.show(
            request,
            "uploads/change",
            arrival=arrival,
            conflict=arrival.conflict,
            comparison=compare(old, public) if old else None,
            corrected=list_corrected_pages(old),
            corrected_source=old.source if old else "",
            corrected_when="corrected_before",
            field=field_in(request),
            history=history_of(pages, arrival),
            may_fill_in=may_fill_in(request, pages, arrival),
            is_edit=bool(arrival.conflict and arrival.conflict.base),
            is_met=arrivals.is_met(arrival),
            is_outdated=arrivals.is_outdated(arrival),
            new=public,
            old=old,
            outlook=outlook_of(arrivals, arrival, date.today()),
            foreseen={what: foreseen(arrivals, arrival, what, date.today()) for what in ("replace", "keep_both")},
            only_beside=find_problems_beside(request, pages, arrival, public),
            seal=lambda shifts: seal(arrival.id, shifts),
            seen=seal_of(arrival, old, filled.kept),
            **fields_by_choice(request, arrival.document, filled),
            **approval_of(request, pages, arrivals, replace(arrival, document=public)),
            **words_of(request, pages),
        )

    @routes.get("/folder/incoming/page.webp")
    def picture(id: Id, page: Annotated[int, Query(ge=1)]) -> Response:
        """Returns the picture of a page of a waiting file, for comparison with its text."""
        arrivals = arriving.queue()
        try:
            arrival = arrivals.find(id)
        except UploadNotFoundError:
            raise HTTPException(404) from None
        drawn = page_picture(arrivals.staging.path(arrival.staged), page)
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers={"cache-control": "private, no-cache"})

    @routes.get("/folder/incoming/file")
    def original_file(id: Id) -> FileResponse:
        """Returns a waiting file as a download: it may be a web page."""
        arrivals = arriving.queue()
        try:
            path = arrivals.staging.path(arrivals.find(id).staged)
        except UploadNotFoundError:
            raise HTTPException(404) from None
        if not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    @routes.get("/folder/compare")
    def show_comparison(request: Request, removed: Id) -> HTMLResponse:
        arrivals = arriving.queue()
        try:
            taken = arrivals.trash.find(removed)
        except NotInTrashError:
            return pages.show(request, "trouble", 404, trouble="uploads.compare_gone", detail="")
        old, new = former(arrivals.trash, taken), arrivals.document(taken.by)
        return pages.show(
            request,
            "uploads/compare",
            comparison=compare(old, new) if old and new else None,
            corrected=list_corrected_pages(new),
            corrected_source=taken.by,
            corrected_when="corrected_after",
            field=field_in(request),
            may_bring_back=not why_not_back(pages, request, taken.who),
            is_there=(arrivals.trash.knowledge_dir / taken.by).is_file() if taken.by else False,
            new=new,
            old=old,
            taken=taken,
        )


def approval_of(request: Request, pages: Pages, arrivals: UploadQueue, arrival: Upload) -> dict[str, Any]:
    """Returns need, refusal and content of the file as it is public if it replaces.

    `scanned` are the pages read by OCR that must be compared with their pictures, `rest` is the text of the others as
    companies see it, `typed` the same without layout: answers can quote what the layout hides.
    """
    is_needed, document, language = is_approval_needed(pages.room), arrival.document, language_of(request)
    read = [(each.number, document.text[each.start : each.end]) for each in document.pages] if document else []
    scanned = arrival.scanned_pages
    must_be_checked = is_needed or arrivals.needs_check(arrival)
    rest = "\n\n".join(text for number, text in read if number not in scanned)
    typed = document.text if document and not read else rest
    bases = pages.room.bases.by_id
    return {
        "is_approval": is_needed,
        "known": fields_of(document, language) if document else [],
        "problems": problems_of(pages, request, document, arrival.problems) if document else [],
        "refusal": why_not(request, arrival.staged.who) if is_needed else "",
        "rest": render_with_bases(document, bases, language) if document and not read else render_read(rest),
        "typed": typed,
        "originals": {each.number: each.original for each in document.pages if each.original} if document else {},
        "scanned": [(number, text) for number, text in read if number in scanned] if must_be_checked else [],
    }


def history_of(pages: Pages, arrival: Upload) -> list[AuditEntry]:
    """Returns when an upload was returned, sent again or taken over, latest first.

    The log has only file names, so entries of other authors' files of this name are left out.
    """
    staged, who = arrival.staged, arrival.staged.who
    entries = [each for each in pages.room.audit.entries(DECISIONS, staged.name) if each.at >= staged.at]
    taken = (each for each in entries if each.action == "upload.taken_over" and each.who == who)
    authors = {who, *(each.details.get("author", "") for each in taken)}

    def is_of_it(entry: AuditEntry) -> bool:
        if entry.action == "draft.sent":
            return entry.who in authors and entry.details.get("kind") == "upload"
        return entry.details.get("author", who) in authors

    return [each for each in entries if is_of_it(each)]


def fields_by_choice(request: Request, document: Document, filled: HandFilled) -> dict[str, Any]:
    """Returns which fields a file has or lacks if it replaces, and if both are kept."""
    missing = missing_fields(with_kept(document, filled.kept).metadata)
    return {
        "missing": missing,
        "missing_beside": [each for each in missing_fields(document.metadata) if each not in missing],
        "kept": spell_fields(filled.kept, request),
        "only_replacing": filled.kept.keys(),
        "lost": spell_fields(filled.lost, request),
    }


def spell_fields(fields: Mapping[str, Any], request: Request) -> list[tuple[str, str]]:
    """Returns `(field, value)` as text."""
    return [(name, spell_value(name, value, language_of(request))) for name, value in fields.items()]


def field_in(request: Request) -> Callable[[FieldChange, str | date | None], str]:
    """Returns a function that formats the value of a changed field for the page."""
    language, say = language_of(request), translator(language_of(request))
    return lambda change, value: spell_value(change.name, value, language) or say("uploads.unknown")
