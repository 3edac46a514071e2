"""A public page that is changed in the browser: its text, and its waiting changes."""

from __future__ import annotations

from pathlib import Path

from fastapi import HTTPException, Request

from ingest.loaders.markdown import split_front_matter
from ingest.loaders.plain_text import decode
from ingest.metadata.change_yaml import line, mapping
from ingest.metadata.write_front_matter import sidecar_of
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from store.documents import UnreadableFileError
from store.folder import content_hash, documents
from web.staff.context import StaffContext
from web.staff.pages import current_user
from web.staff.uploads.page_fields import SplitPage, split_document
from web.staff.uploads.written_page import Page

ENDING = ".md"


def is_editable(source: str) -> bool:
    """True for a document that the editor can change: a Markdown file."""
    return source.lower().endswith(ENDING)


def open_document(room: StaffContext, source: str, language: str) -> Page:
    """Returns the form of a public page.

    Raises HTTPException 404 if it is gone or no Markdown, UnreadableFileError if it is not text, and OSError.
    """
    path = documents(room.settings.knowledge_dir).get(source)
    if path is None or not is_editable(source):
        raise HTTPException(404)
    base = content_hash(path)
    return page_of_file(path, language).model_copy(update={"source": source, "base": base})


def page_of_file(path: Path, language: str) -> Page:
    """Returns the form of a page as it lies in a file and its sidecar.

    Raises UnreadableFileError if one of them is not text, and OSError.
    """
    text = decode(path.read_bytes()).removeprefix("\ufeff").replace("\r\n", "\n")
    return form_of(split_document(text, head_of(text, path), language))


def form_of(parts: SplitPage) -> Page:
    """Returns the form of a page in parts."""
    return Page(head=parts.head, text=parts.body, hints=parts.hints, **parts.typed)


def head_of(text: str, path: Path) -> str:
    """Returns the YAML of a page, with what is written beside the file.

    Raises UnreadableFileError if that is not text, and OSError.
    """
    head, beside = split_front_matter(text)[0], sidecar_of(path)
    if not beside:
        return head
    return "".join(line(name, value) for name, value in {**mapping(decode(beside)), **mapping(head)}.items())


def changes_beside(request: Request, arrivals: UploadQueue, page: Page) -> list[Upload]:
    """Returns the other waiting changes of a public page: one's own first."""
    found = arrivals.find_changes_of(page.source) if page.source else []
    others = (each for each in found if each.id != page.upload)
    return sorted(others, key=lambda each: each.staged.who != current_user(request))


def why_not_saved(request: Request, room: StaffContext, arrivals: UploadQueue, page: Page, before: str) -> str:
    """Returns the key of the reason to show the form of a changed page again.

    `before` is the page as the editor would write it now.
    Empty if its change can wait for its decision; `uploads.edit_nothing` if it changes nothing.
    """
    if trouble := why_outdated(room, page):
        return trouble
    if not page.upload and page.joined.text == before:
        return "uploads.edit_nothing"
    is_news = any(each.id not in page.beside for each in changes_beside(request, arrivals, page))
    return "uploads.edit_others_first" if is_news else ""


def why_outdated(room: StaffContext, page: Page) -> str:
    """Returns the key of what a public page has become since it was opened.

    Empty if it is as it was.
    """
    path = documents(room.settings.knowledge_dir).get(page.source)
    if path is None:
        return "uploads.edit_gone"
    return "" if content_hash(path) == page.base else "uploads.edit_changed"


def read_joined(room: StaffContext, source: str, language: str) -> str:
    """Returns a public page as the editor would write it; empty if it is gone."""
    try:
        return open_document(room, source, language).joined.text
    except (HTTPException, UnreadableFileError, OSError):
        return ""


def without_old_review(room: StaffContext, page: Page, language: str) -> Page:
    """Returns a page without the day of its review, if its public text is changed.

    That day would be told of a text that nobody had seen then. A day typed anew stays, and so does `review_by`.
    """
    try:
        before = open_document(room, page.source, language) if page.source else page
    except (HTTPException, UnreadableFileError, OSError):
        return page
    is_same = page.text.replace("\r\n", "\n").strip() == before.text.strip()
    is_other_day = page.reviewed_on != before.reviewed_on
    return page if is_same or is_other_day or page.reviewed else page.model_copy(update={"reviewed_on": ""})
