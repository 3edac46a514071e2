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
from ingest.uploads.file_names import UploadRefusedError, folders, source_of
from ingest.uploads.queue import UploadQueue
from store.bases import read_bases
from store.documents import UnreadableFileError
from text.catalog import STAFF_LANGUAGES
from web.staff.approval_needed import is_approval_needed
from web.staff.documents import form as fields
from web.staff.documents.labels import options, topic_names
from web.staff.messages import localise
from web.staff.pages import Pages, current_user, language_of, redirect, translator
from web.staff.upload_queue import LazyUploadQueue
from web.staff.uploads.guide_templates import BLANK, GuideTemplate, fill_template, guide_templates
from web.staff.uploads.page_fields import FIELDS, split_page
from web.staff.uploads.read_text import problems_of
from web.staff.uploads.written_page import Begun, Page, bases_by_name, preview_html


def add_writing(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds `/folder/write` and its `/preview`."""
    knowledge_dir = pages.room.settings.knowledge_dir

    @routes.get("/folder/write")
    def write(request: Request, begun: Annotated[Begun, Query()]) -> Response:
        language = language_of(request)
        if begun.upload and (page := find_returned_page(arriving.queue(), begun.upload, request)):
            return show(pages, request, page)
        known = guide_templates(knowledge_dir, STAFF_LANGUAGES)
        chosen = next((each for each in known if title(each) == begun.template), first_of(known, language))
        page = page_of(fill_template(chosen, begun.asked, date.today()), language)
        page = page.model_copy(update={"template": title(chosen), "gap": begun.gap, "days": begun.days})
        return show(pages, request, page, asked=begun.asked)

    @routes.post("/folder/write/preview")
    def preview(request: Request, page: Annotated[Page, Form()]) -> Response:
        """Renders the preview of a page."""
        body = preview_html(page.joined.text, read_bases(knowledge_dir).by_id, language_of(request))
        return pages.part(request, "uploads/written", body=body)

    @routes.post("/folder/write")
    def post_guide(request: Request, page: Annotated[Page, Form()]) -> Response:
        language = language_of(request)
        say = translator(language)
        try:
            if not page.text.strip():
                raise UploadRefusedError("empty")
            if page.joined.wrong:
                return show(pages, request, page, say("documents.edit.wrong", count=len(page.joined.wrong)))
            if page.preview:
                return show(pages, request, page, problems=problems_of_page(pages, request, page))
            if hint := HINT.search(page.joined.text):
                raise UploadRefusedError("hint", hint=hint[0])
            take_in(arriving.queue(), page, current_user(request))
        except UploadRefusedError as error:
            return show(pages, request, page, say(f"uploads.refused.{error.key}", **error.values))
        except UnreadableFileError as error:
            return show(pages, request, page, localise(error.message, language))
        except OSError:
            return show(pages, request, page, say("uploads.refused.disk"))
        pages.flash(request, "uploads.written", name=page.file_name)
        return redirect(
            request, f"folder/incoming?gap={quote(page.gap)}&days={page.days}" if page.gap else "folder/incoming"
        )


def title(template: GuideTemplate) -> str:
    """Returns name and language of a template, such as `service-guide.en`."""
    return f"{template.name}.{template.language}"


def first_of(known: list[GuideTemplate], language: str) -> GuideTemplate:
    """Returns the service guide template, or a blank page if there is none."""
    own = [each for each in known if each.language == language]
    return next((each for each in own if each.name == "service-guide"), next(e for e in own if e.name == BLANK))


def page_of(text: str, language: str) -> Page:
    """Returns the form of a page or a template."""
    parts = split_page(text, language)
    return Page(head=parts.head, text=parts.body, hints=parts.hints, **parts.typed)


def find_returned_page(arrivals: UploadQueue, arrival_id: str, request: Request) -> Page | None:
    """Returns the form of a person's returned page.

    None if it is gone, another person's, or not text in UTF-8.
    """
    returned = arrivals.find_returned(current_user(request), arrival_id)
    if returned is None:
        return None
    staged = returned.staged
    with suppress(OSError, UnicodeDecodeError):
        page = page_of(arrivals.staging.path(staged).read_text(encoding="utf-8"), language_of(request))
        return page.model_copy(update={"upload": arrival_id, "name": staged.name, "folder": staged.folder})
    return None


def take_in(arrivals: UploadQueue, page: Page, name: str) -> None:
    """Adds a page to the upload queue, in place of a returned one.

    Raises UploadRefusedError if its name, folder or size is not accepted, or if there is no room.
    Raises OSError if it cannot be written.
    """
    data = page.joined.text.encode()
    file, folder = arrivals.check(page.file_name, page.folder, len(data))
    with arrivals.receive(file, folder, name, len(data)) as (staged, path):
        path.write_bytes(data)
    arrivals.take(staged, page.upload)


def problems_of_page(pages: Pages, request: Request, page: Page) -> list[str]:
    """Returns the problems that upload checks find in a page.

    Raises UnreadableFileError if it cannot be read as a document.
    Raises OSError if it cannot be written to a temporary file.
    """
    source = source_of(page.folder, page.file_name or "page.md")
    with TemporaryDirectory() as place:
        path = Path(place, "page.md")
        path.write_bytes(page.joined.text.encode())
        revision = read_revision(path, source, pages.room.settings)
    return problems_of(pages, request, revision.document, revision.problems)


def show(pages: Pages, request: Request, page: Page, trouble: str = "", **shown: Any) -> Response:
    """Renders the form with preview, and with check results or an error."""
    knowledge_dir, language = pages.room.settings.knowledge_dir, language_of(request)
    bases = read_bases(knowledge_dir).by_id
    return pages.show(
        request,
        "uploads/write",
        422 if trouble else 200,
        bases=bases_by_name(bases, language),
        body=preview_html(page.joined.text, bases, language),
        fields=FIELDS,
        folders=folders(knowledge_dir),
        is_approval=is_approval_needed(pages.room),
        options=options(language, fields.Form({})),
        page=page,
        templates=[(title(each), each) for each in guide_templates(knowledge_dir, STAFF_LANGUAGES)],
        topics=topic_names(pages.room.index.documents().values(), language),
        trouble=trouble,
        wrong=page.joined.wrong,
        **{"asked": [], "problems": None, **shown},
    )
