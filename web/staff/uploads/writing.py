"""`/folder/write`: a page is written in the browser, previewed, and taken in as an upload is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from ingest.checks import check
from ingest.checks.text import HINT
from ingest.sync.read_file import read
from ingest.uploads.file_names import UploadRefusedError, folders, source_of
from ingest.uploads.queue import UploadQueue
from store.bases import read_bases
from store.documents import UnreadableFileError
from text.catalog import STAFF_LANGUAGES
from web.markdown import document_html
from web.staff.form_types import Id, Line
from web.staff.messages import localise
from web.staff.pages import Pages, go, language_of, saying, who
from web.staff.uploads.guide_templates import BLANK, GuideTemplate, filled, guide_templates
from web.staff.uploads.queue import Arriving

LONGEST = 200_000
"""Characters of a page."""


class Begun(BaseModel):
    """A page to begin: its template, the questions it should answer, and their gap with its period in `days`."""

    template: Line = ""
    gap: Id = ""
    days: int = Field(90, ge=1, le=3_650)
    asked: Annotated[list[Line], Field(max_length=50)] = []


class Page(Begun):
    """A page as it is typed."""

    text: Annotated[str, Field(max_length=LONGEST)] = ""
    name: Line = ""
    folder: Annotated[str, Field(max_length=1000)] = ""
    preview: Annotated[str, Field(max_length=10)] = ""

    @property
    def file_name(self) -> str:
        """The name with the ending of a Markdown file."""
        name = self.name.strip()
        language = self.template.rpartition(".")[2]
        return name if not name or name.lower().endswith(".md") else f"{name}.{language or 'zh'}.md"

    @property
    def content(self) -> bytes:
        """The file."""
        return self.text.replace("\r\n", "\n").encode()


def add_writing(routes: APIRouter, pages: Pages, arriving: Arriving) -> None:
    """Adds `/folder/write`."""
    knowledge_dir = pages.room.settings.knowledge_dir

    @routes.get("/folder/write")
    def write(request: Request, begun: Annotated[Begun, Query()]) -> Response:
        known = guide_templates(knowledge_dir, STAFF_LANGUAGES)
        chosen = next((each for each in known if title(each) == begun.template), first_of(known, language_of(request)))
        text = filled(chosen, begun.asked, date.today())
        page = Page(text=text, template=title(chosen), gap=begun.gap, days=begun.days)
        return show(pages, request, page, asked=begun.asked)

    @routes.post("/folder/write")
    def sent(request: Request, page: Annotated[Page, Form()]) -> Response:
        language = language_of(request)
        say = saying(language)
        try:
            if not page.text.strip():
                raise UploadRefusedError("empty")
            if page.preview:
                return show(pages, request, page, preview=preview(pages, request, page))
            if hint := HINT.search(page.text):
                raise UploadRefusedError("hint", hint=hint[0])
            take_in(arriving.arrivals(), page, who(request))
        except UploadRefusedError as error:
            return show(pages, request, page, say(f"uploads.refused.{error.key}", **error.values))
        except UnreadableFileError as error:
            return show(pages, request, page, localise(error.message, language))
        except OSError:
            return show(pages, request, page, say("uploads.refused.disk"))
        pages.flash(request, "uploads.written", name=page.file_name)
        return go(request, f"folder/incoming?gap={quote(page.gap)}&days={page.days}" if page.gap else "folder/incoming")


def title(template: GuideTemplate) -> str:
    return f"{template.name}.{template.language}"


def first_of(known: list[GuideTemplate], language: str) -> GuideTemplate:
    """Returns the template for most guides, how to get something done; a blank page without templates."""
    own = [each for each in known if each.language == language]
    return next((each for each in own if each.name == "service-guide"), next(e for e in own if e.name == BLANK))


def take_in(arrivals: UploadQueue, page: Page, name: str) -> None:
    """Hands a page to the upload queue. Raises UploadRefusedError and OSError."""
    data = page.content
    file, folder = arrivals.check(page.file_name, page.folder, len(data))
    with arrivals.received(file, folder, name, len(data)) as (staged, path):
        path.write_bytes(data)
    arrivals.take(staged)


def preview(pages: Pages, request: Request, page: Page) -> dict[str, Any]:
    """Returns the page as it would be read, and what the checks find in it. Raises UnreadableFileError and OSError."""
    settings, today, language = pages.room.settings, date.today(), language_of(request)
    source = source_of(page.folder, page.file_name or "page.md")
    with TemporaryDirectory() as place:
        path = Path(place, "page.md")
        path.write_bytes(page.content)
        revision = read(path, source, settings)
    found = check([revision.document], [], today, read_bases(settings.knowledge_dir))
    told = [*revision.problems, *(each.text for each in found if each.source == source)]
    body = document_html(revision.document.text)
    return {"body": body, "problems": [localise(each, language) for each in told]}


def show(pages: Pages, request: Request, page: Page, trouble: str = "", **shown: Any) -> Response:
    """Renders the form, with the preview or why the page was not taken in."""
    knowledge_dir = pages.room.settings.knowledge_dir
    return pages.show(
        request,
        "uploads/write",
        422 if trouble else 200,
        folders=folders(knowledge_dir),
        page=page,
        templates=[(title(each), each) for each in guide_templates(knowledge_dir, STAFF_LANGUAGES)],
        trouble=trouble,
        **{"asked": [], "preview": None, **shown},
    )
