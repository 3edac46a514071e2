"""`/folder/incoming/details`: the metadata form of a file that waits."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from ingest.metadata.change_yaml import FrontMatterNotWritableError
from ingest.metadata.write_front_matter import Written, read_written, write_metadata
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload, UploadNotFoundError
from store import folder
from store.documents import Metadata, UnreadableFileError
from text.messages import message_of
from web.staff.approval_needed import is_approval_needed
from web.staff.documents import form as fields
from web.staff.documents.change import DetailChange, Now
from web.staff.documents.day_order import errors_of
from web.staff.documents.edit import SentMetadata, Trouble, form_values
from web.staff.form_types import Id
from web.staff.pages import Pages, Undo, current_user, language_of, redirect
from web.staff.upload_queue import LazyUploadQueue

FORM = "folder/incoming/details"
EXPECTED = ("issuer", "document_number", "issued", "effective_from", "effective_to")
"""Fields that most documents state about themselves."""
PATIENCE = 5.0
"""Seconds that a clerk waits for a corrected file to be read again; then the list of files says how far it is."""
STEP = 0.05


def add_details(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds the form and its saving."""

    @routes.get("/folder/incoming/details")
    def show_details(request: Request, id: Annotated[Id, Query()]) -> Response:
        upload = open_upload(request, pages, arriving.queue(), id)
        return details_form(request, pages, upload, present(request, arriving.queue(), upload))

    @routes.post("/folder/incoming/details")
    def save_details(request: Request, sent: Annotated[SentMetadata, Form()]) -> Response:
        arrivals = arriving.queue()
        with arrivals.changing:
            upload = open_upload(request, pages, arrivals, sent.source)
            response = save_sent(request, pages, arrivals, upload, sent)
        if upload.staged.returned and isinstance(response, RedirectResponse) and is_approval_needed(pages.room):
            wait_until_read(arrivals, upload.id)
            remind(request, pages, arrivals, upload.id)
        return response


def open_upload(request: Request, pages: Pages, arrivals: UploadQueue, upload_id: str) -> Upload:
    """Returns a waiting file whose details this person may fill in.

    Raises HTTPException 404 if no such file waits, or if only its author may fill them in.
    """
    try:
        upload = arrivals.find(upload_id)
    except UploadNotFoundError:
        raise HTTPException(404) from None
    if upload.state != "clash" or not may_fill_in(request, pages, upload):
        raise HTTPException(404)
    return upload


def may_fill_in(request: Request, pages: Pages, upload: Upload) -> bool:
    """True for the author; for everybody if no second person looks at it."""
    return upload.staged.who == current_user(request) or not is_approval_needed(pages.room)


def missing_fields(metadata: Metadata) -> list[str]:
    """Returns the expected fields that a document lacks; a guide needs only topics."""
    expected = ("topics",) if metadata.kind == "guide" else EXPECTED
    return [name for name in expected if not getattr(metadata, name)]


def present(request: Request, arrivals: UploadQueue, upload: Upload) -> Now:
    """Returns the state of a waiting file."""
    path = arrivals.staging.path(upload.staged)
    try:
        written = read_written(path)
    except UnreadableFileError:
        written = Written({}, {}, ())
    return Now(upload.id, path, folder.content_hash(path), written, fields.standing(written, language_of(request)))


def details_form(
    request: Request, pages: Pages, upload: Upload, current: Now, trouble: Trouble | None = None
) -> Response:
    """Renders the form of a waiting file, after an error with the reason."""
    metadata = upload.document.metadata if upload.document else None
    values = form_values(request, pages, current, metadata, trouble or Trouble("", current.form))
    back = f"folder/incoming/change?id={quote(upload.id)}"
    shown = {"action": FORM, "back": back, "lead": "uploads.details_lead", "source": upload.id}
    shown["here_again"] = f"{FORM}?id={quote(upload.id)}"
    values |= shown | {"name": upload.staged.name, "doubts": {}, "instead": "", "others": []}
    return pages.show(request, "documents/edit", 422 if trouble else 200, **values)


def save_sent(request: Request, pages: Pages, arrivals: UploadQueue, upload: Upload, sent: SentMetadata) -> Response:
    """Writes the details and reads the file again, or renders an error."""
    current, typed = present(request, arrivals, upload), sent.form()
    if sent.digest != current.digest:
        trouble = Trouble("documents.edit.changed", current.form, lost=typed)
        return details_form(request, pages, upload, current, trouble)
    found = fields.changes(current.form, typed)
    if wrong := errors_of(found, typed, upload.document.metadata if upload.document else None):
        return details_form(request, pages, upload, current, Trouble("documents.edit.wrong", typed, wrong))
    if any(found.names()):
        try:
            pages.audit(request, "upload.details", upload.staged.name, **DetailChange(current, found).audit_details())
            write_metadata(current.path, found.values, found.without)
        except (FrontMatterNotWritableError, UnreadableFileError, OSError) as error:
            trouble = Trouble("documents.edit.cannot", typed, why=message_of(error))
            return details_form(request, pages, upload, current, trouble)
        arrivals.begin(Upload(upload.staged))
        pages.flash(request, "uploads.details_saved", name=upload.staged.name)
    return redirect(request, "folder/incoming")


def wait_until_read(arrivals: UploadQueue, upload_id: str) -> None:
    """Waits until a file has been read again, at most PATIENCE."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if arrivals.find(upload_id).state not in ("waiting", "reading"):
                return
        except UploadNotFoundError:
            return
        time.sleep(STEP)


def remind(request: Request, pages: Pages, arrivals: UploadQueue, upload_id: str) -> None:
    """Says that a returned file must be handed in again."""
    try:
        upload = arrivals.find(upload_id)
    except UploadNotFoundError:
        return
    if upload.state == "clash" and upload.staged.returned:
        again = Undo("folder/incoming/decide", {"id": upload_id, "what": "resend"}, "uploads.resend")
        pages.flash(request, "uploads.details_saved_returned", "note", again, name=upload.staged.name)
