"""`/folder/incoming/text`: the text of a scanned page that waits, to correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, Field

from ingest.corrections.correction_file import (
    LONGEST,
    Correction,
    CorrectionUnusableError,
    correct,
    read_corrections,
    take_back,
)
from ingest.corrections.edit import by_lines, read_typed_text
from ingest.diff.excerpts import excerpts
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from store import folder
from store.documents import Page
from text.normalise import normalise
from web.sources.page_image import page_picture
from web.sources.viewer import fingerprint
from web.staff.form_types import Id, tidy_text
from web.staff.inspect.page_parts import spots
from web.staff.pages import Pages, current_user, redirect
from web.staff.upload_queue import LazyUploadQueue
from web.staff.uploads.details import open_upload, wait_until_read

FORM = "folder/incoming/text"

Number = Annotated[int, Query(ge=1)]


class SentText(BaseModel):
    """The typed text of a page.

    `seen` is the fingerprint of the text that the form showed.
    """

    id: Id
    page: int = Field(ge=1)
    text: Annotated[str, BeforeValidator(tidy_text), Field(max_length=2 * LONGEST)] = ""
    seen: Id = ""


def add_page_texts(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds the form of a page and its saving."""

    @routes.get(f"/{FORM}")
    def show_text(request: Request, id: Annotated[Id, Query()], page: Number) -> Response:
        upload = open_upload(request, pages, arriving.queue(), id)
        scan = find_scanned_page(upload, page)
        return text_form(request, pages, scan, by_lines(scan.page.lines, scan.text))

    @routes.post(f"/{FORM}")
    def save_text(request: Request, sent: Annotated[SentText, Form()]) -> Response:
        arrivals = arriving.queue()
        with arrivals.changing:
            response = correct_text(request, pages, arrivals, sent)
        wait_until_read(arrivals, sent.id)
        return response


@dataclass(frozen=True)
class ScannedPage:
    """A page of a waiting file that OCR has read, and its text."""

    upload: Upload
    page: Page
    text: str
    language: str


def find_scanned_page(upload: Upload, number: int) -> ScannedPage:
    """Returns a scanned page of a waiting file.

    Raises HTTPException 404 if OCR has read no such page.
    """
    document = upload.document
    if document is None or number not in upload.scanned_pages:
        raise HTTPException(404)
    page = next(each for each in document.pages if each.number == number)
    return ScannedPage(upload, page, document.text[page.start : page.end], document.metadata.language)


def text_form(request: Request, pages: Pages, scan: ScannedPage, typed: str, trouble: str = "") -> Response:
    """Renders the form of a page.

    `trouble` is the key of the reason why it is not saved; "" for none.
    """
    page, path = scan.page, pages.room.arriving.queue().staging.path(scan.upload.staged)
    return pages.show(
        request,
        "uploads/page_text",
        422 if trouble else 200,
        back=address_of(scan.upload.id),
        document_language=scan.language,
        latest=by_lines(page.lines, scan.text) if trouble == "inspect.changed_meanwhile" else "",
        page=page,
        picture=page_picture(path, page.number),
        seen=fingerprint(scan.text),
        spots=spots(page.lines),
        text=typed,
        trouble=trouble,
        upload=scan.upload,
    )


def address_of(upload_id: str) -> str:
    """Returns the address of a waiting file."""
    return f"folder/incoming/change?{urlencode({'id': upload_id})}"


def correct_text(request: Request, pages: Pages, arrivals: UploadQueue, sent: SentText) -> Response:
    """Keeps the text of a page beside its file, which is then read again.

    Renders the reason if not. Raises HTTPException 404 if the person may not correct it, or there is no such page.
    """
    upload = open_upload(request, pages, arrivals, sent.id)
    scan = find_scanned_page(upload, sent.page)
    page, text = scan.page, scan.text
    if sent.seen != fingerprint(text):
        return text_form(request, pages, scan, sent.text, "inspect.changed_meanwhile")
    fresh = read_typed_text(page.lines, text, sent.text)
    if len(fresh) > LONGEST:
        return text_form(request, pages, scan, sent.text, "inspect.too_long")
    if fresh in (text, normalise(text)):
        pages.flash(request, "inspect.nothing_changed", "note")
        return redirect(request, address_of(upload.id))
    before, after = excerpts(text, fresh)
    noted = {"page": str(page.number), "before": before, "after": after}
    pages.audit(request, "upload.page_corrected", upload.staged.name, **noted)
    try:
        keep_text(arrivals, upload, page, Correction(fresh, current_user(request)))
    except (OSError, CorrectionUnusableError):
        return text_form(request, pages, scan, sent.text, "uploads.page_not_saved")
    arrivals.begin(Upload(upload.staged))
    pages.flash(request, "inspect.saved", page=page.number)
    return redirect(request, address_of(upload.id))


def keep_text(arrivals: UploadQueue, upload: Upload, page: Page, correction: Correction) -> None:
    """Writes the correction of a page beside a waiting file.

    The text as it was read needs none: an earlier correction is removed.

    Raises OSError or CorrectionUnusableError if the corrections cannot be read or written.
    """
    path = arrivals.staging.path(upload.staged)
    earlier = read_corrections(path).pages.get(page.number)
    if earlier and page.original and correction.text == normalise(page.original.text):
        return take_back(path, page.number, earlier)
    return correct(path, page.number, correction, folder.content(path), earlier)
