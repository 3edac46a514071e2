"""Page editor in the browser, with preview and upload: `/folder/write`."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from ingest.checks.text import HINT
from ingest.sync.read_file import read_revision
from ingest.uploads.conflicts import Conflict
from ingest.uploads.file_names import UploadRefusedError, folders, source_of
from ingest.uploads.queue import UploadQueue
from store.documents import UnreadableFileError
from text.catalog import STAFF_LANGUAGES
from text.titles import own_title
from web.staff.approval_needed import is_approval_needed
from web.staff.documents import form as fields
from web.staff.documents.held import others_about
from web.staff.documents.labels import options, topic_names
from web.staff.messages import localise
from web.staff.pages import Pages, current_user, language_of, redirect, translator
from web.staff.upload_queue import LazyUploadQueue
from web.staff.uploads.edited_page import (
    changes_beside,
    form_of,
    is_editable,
    open_document,
    page_of_file,
    read_joined,
    why_not_saved,
    why_outdated,
    without_old_review,
)
from web.staff.uploads.guide_templates import BLANK, GuideTemplate, fill_template, guide_templates
from web.staff.uploads.page_fields import FIELDS, HEADING, split_page
from web.staff.uploads.read_text import problems_of
from web.staff.uploads.written_page import MOST_CHARACTERS, Begun, Page, bases_by_name, preview_html


def add_writing(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds `/folder/write` and its `/preview`."""
    knowledge_dir = pages.room.settings.knowledge_dir

    @routes.get("/folder/write")
    def write(request: Request, begun: Annotated[Begun, Query()]) -> Response:
        language = language_of(request)
        if begun.upload and (page := find_own_page(arriving.queue(), begun.upload, request)):
            return show_own(pages, request, page)
        if begun.source:
            return show_document(pages, request, begun.source)
        known = guide_templates(knowledge_dir, STAFF_LANGUAGES)
        chosen = next((each for each in known if title(each) == begun.template), first_of(known, language))
        page = page_of(fill_template(chosen, begun.asked, date.today()), language)
        carried = begun.model_dump(include={"gap", "days"}, exclude_defaults=True)
        return show(pages, request, page.model_copy(update={"template": title(chosen), **carried}), asked=begun.asked)

    @routes.post("/folder/write/preview")
    def preview(request: Request, page: Annotated[Page, Form()]) -> Response:
        """Renders the preview of a page."""
        body = preview_html(page.joined.text, pages.room.bases.by_id, language_of(request))
        return pages.part(request, "uploads/written", body=body)

    @routes.post("/folder/write")
    def post_guide(request: Request, page: Annotated[Page, Form()]) -> Response:
        say = translator(language_of(request))
        try:
            return save(pages, request, page)
        except UploadRefusedError as error:
            return show(pages, request, page, say(f"uploads.refused.{error.key}", **error.values))
        except UnreadableFileError as error:
            return show(pages, request, page, localise(error.message, language_of(request)))
        except OSError:
            return show(pages, request, page, say("uploads.refused.disk"))


def save(pages: Pages, request: Request, page: Page) -> Response:
    """Takes in a page, or renders as it was typed why not.

    Raises UploadRefusedError if its text, name, folder or size is not accepted, or if there is no room.
    Raises UnreadableFileError if it cannot be read as a document.
    Raises OSError if it cannot be written.
    """
    say, room, arrivals = translator(language_of(request)), pages.room, pages.room.arriving.queue()
    kept = without_old_review(room, page, language_of(request))  # before `joined` is cached, which a copy would keep
    if not page.text.strip():
        raise UploadRefusedError("empty")
    if page.joined.wrong:
        return show(pages, request, page, say("documents.edit.wrong", count=len(page.joined.wrong)))
    if page.preview:
        return show(pages, request, page, problems=problems_of_page(pages, request, kept))
    before = read_joined(room, page.source, language_of(request)) if page.source else ""
    if hint := next((each[0] for each in HINT.finditer(page.joined.text) if each[0] not in before), ""):
        raise UploadRefusedError("hint", hint=hint)
    if trouble := why_not_saved(request, room, arrivals, page, before) if page.source else "":
        return show_again(pages, request, page, trouble)
    take_in(arrivals, kept, current_user(request))
    pages.flash(request, "uploads.written", name=page.file_name)
    about = f"?edited={quote(page.source)}" if page.source else f"?gap={quote(page.gap)}&days={page.days}"
    return redirect(request, "folder/incoming" + (about if page.source or page.gap else ""))


def show_own(pages: Pages, request: Request, page: Page) -> Response:
    """Renders a waiting page for its author.

    If it changes an earlier version of a document, the latest text stands beside it.
    """
    trouble = why_outdated(pages.room, page) if page.source else ""
    return show_again(pages, request, page, trouble) if trouble else show(pages, request, page)


def show_document(pages: Pages, request: Request, source: str) -> Response:
    """Renders a public page in the editor.

    Leads back to it if the editor cannot have it.
    Raises HTTPException 404 if it is gone or no Markdown.
    """
    try:
        page = open_document(pages.room, source, language_of(request))
    except (UnreadableFileError, OSError):
        page = None
    if page is None or len(page.text) > MOST_CHARACTERS:
        pages.flash(request, "uploads.edit_impossible", "trouble")
        return redirect(request, f"folder/document?source={quote(source)}")
    return show(pages, request, page)


def show_again(pages: Pages, request: Request, page: Page, trouble: str) -> Response:
    """Renders why the change of a page is not saved.

    One that changes nothing leads back to its page.
    """
    if trouble == "uploads.edit_nothing":
        pages.flash(request, trouble, "note", name=page.source)
        return redirect(request, f"folder/document?source={quote(page.source)}")
    say, latest = translator(language_of(request)), ""
    if trouble == "uploads.edit_changed":
        newest = open_document(pages.room, page.source, language_of(request))
        page, latest = page.model_copy(update={"base": newest.base}), newest.text
    return show(pages, request, page, say(trouble), latest=latest)


def title(template: GuideTemplate) -> str:
    """Returns name and language of a template, such as `service-guide.en`."""
    return f"{template.name}.{template.language}"


def first_of(known: list[GuideTemplate], language: str) -> GuideTemplate:
    """Returns the service guide template, or a blank page if there is none."""
    own = [each for each in known if each.language == language]
    return next((each for each in own if each.name == "service-guide"), next(e for e in own if e.name == BLANK))


def page_of(text: str, language: str) -> Page:
    """Returns the form of a template."""
    return form_of(split_page(text, language))


def find_own_page(arrivals: UploadQueue, arrival_id: str, request: Request) -> Page | None:
    """Returns the form of a person's page that waits or was returned.

    A new page without a title has that of its first heading, since the name of a file is none that somebody gave.
    None if it is gone, another person's, or no Markdown that can be read.
    """
    own = arrivals.find_own(current_user(request), arrival_id)
    if own is None or not is_editable(own.staged.name):
        return None
    staged, met = own.staged, own.conflict or own.staged.met
    edited = {"source": met.source, "base": met.base} if met and met.base else {}
    with suppress(OSError, UnreadableFileError):
        page = page_of_file(arrivals.staging.path(staged), language_of(request))
        stated = HEADING.search(own.document.text) if own.document and not edited else None
        title = page.title or (own_title(stated[0]) if stated else "")
        known = {"upload": arrival_id, "name": staged.name, "folder": staged.folder, "title": title}
        return page.model_copy(update=known | edited)
    return None


def take_in(arrivals: UploadQueue, page: Page, name: str) -> None:
    """Adds a page to the upload queue, in place of the person's own waiting one.

    Raises UploadRefusedError if its name, folder or size is not accepted, or if there is no room.
    Raises OSError if it cannot be written.
    """
    data = page.joined.text.encode()
    file, folder = arrivals.check(page.file_name, page.place, len(data), page.source)
    chosen = Conflict("chosen", page.source, page.base) if page.source else None
    with arrivals.receive(file, folder, name, len(data), chosen) as (staged, path):
        path.write_bytes(data)
    arrivals.take(staged, page.upload)


def problems_of_page(pages: Pages, request: Request, page: Page) -> list[str]:
    """Returns the problems that upload checks find in a page.

    Raises UnreadableFileError if it cannot be read as a document.
    Raises OSError if it cannot be written to a temporary file.
    """
    source = source_of(page.place, page.file_name or "page.md")
    with TemporaryDirectory() as place:
        path = Path(place, "page.md")
        path.write_bytes(page.joined.text.encode())
        revision = read_revision(path, source, pages.room.settings)
    return problems_of(pages, request, revision.document, revision.problems)


def show(pages: Pages, request: Request, page: Page, trouble: str = "", **shown: Any) -> Response:
    """Renders the form with preview, and with check results or an error."""
    knowledge_dir, language = pages.room.settings.knowledge_dir, language_of(request)
    bases = pages.room.bases.by_id
    return pages.show(
        request,
        "uploads/write",
        422 if trouble and request.method == "POST" else 200,
        bases=bases_by_name(bases, language),
        beside=changes_beside(request, pages.room.arriving.queue(), page),
        body=preview_html(page.joined.text, bases, language),
        fields=FIELDS,
        folders=folders(knowledge_dir),
        is_approval=is_approval_needed(pages.room),
        options=options(language, fields.Form({})),
        others=others_about(pages, [page.source]) if page.source else [],
        page=page,
        templates=[(title(each), each) for each in guide_templates(knowledge_dir, STAFF_LANGUAGES)],
        topics=topic_names(pages.room.index.documents().values(), language),
        trouble=trouble,
        wrong=page.joined.wrong,
        **{"asked": [], "latest": "", "problems": None, **shown},
    )
