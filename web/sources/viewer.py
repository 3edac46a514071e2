"""Source viewer: PDF pages as images with the passage marked, other files as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from ingest.loaders.formats import IMAGES
from store.bases import Basis
from store.documents import Document, Page
from web.bases import BasisLine, document_basis_lines
from web.http.processor_budget import charge_visitor
from web.http.security import frame_ancestors
from web.i18n import DEFAULT, texts
from web.markdown import document_html
from web.rendering import render
from web.sources.correction_note import correction_note
from web.sources.facts import facts
from web.sources.highlight import Box, Glyph, boxes
from web.sources.page_image import PagePicture, page_picture
from web.sources.text_window import find_repeated_title_end, window
from web.timeline import timeline

POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
FILE_HEADERS = {"Cache-Control": "private, no-cache", "Content-Security-Policy": "sandbox; default-src 'none'"}
PICTURE_HEADERS = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}

BasesById = Callable[[], Mapping[str, Basis]]
Documents = Callable[[str], Document | None]


class Asked(BaseModel):
    """Query parameters of the address."""

    path: str = Field(max_length=1000)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    page: int | None = Field(None, ge=1)
    lang: str = Field(DEFAULT, max_length=10)
    seen: str = Field("", max_length=64)


@dataclass(frozen=True)
class Place:
    """A span of a document, or one of its pages, in a language of the page."""

    path: str
    start: int
    end: int
    language: str
    seen: str = ""
    """Fingerprint of the passage when it was quoted; empty without a quote."""
    changed: bool = False
    """True if the text at that place has changed since; then no passage is marked."""

    def address(self, page: int | None, fragment: str = "") -> str:
        """Relative address of the page or text; `#passage` scrolls without a script."""
        asked = {"path": self.path, "start": self.start, "end": self.end, "lang": self.language}
        asked |= {"page": page} if page else {}
        asked |= {"seen": self.seen} if self.seen else {}
        return f"source?{urlencode(asked)}{fragment}"


@dataclass(frozen=True)
class View:
    """Content of the view: image, text or both, with hints that explain which."""

    hints: tuple[str, ...]
    picture: PagePicture | None = None
    marks: Sequence[Box] = ()
    text: str = ""
    bases: Sequence[BasisLine] = ()


@dataclass(frozen=True)
class Leaf:
    """A page with the addresses around it; "" if there is no such page."""

    number: int
    count: int
    previous: str
    following: str
    passage: str
    image: str


def router(documents: Documents, bases: BasesById, knowledge_dir: Path, embed_origins: Sequence[str] = ()) -> APIRouter:
    """Routes `/source`, for known documents; downloads if the metadata allow it.

    The chat shows a source in a frame, and `embed_origins` may show the chat in one: browsers check every frame above.
    """
    routes = APIRouter()
    policy = f"{POLICY}; {frame_ancestors(embed_origins)}"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "private, no-cache"}

    @routes.get("/source", response_class=HTMLResponse)
    def source(asked: Annotated[Asked, Query()]) -> HTMLResponse:
        document = documents(asked.path)
        if document is None:
            return HTMLResponse(render("missing", language=asked.lang, texts=texts(asked.lang)), 404, headers)
        place = locate(document, asked)
        lines = document_basis_lines(document, bases(), asked.lang, date.today())
        page = render_source(document, place, asked.page, original(knowledge_dir, asked.path), lines)
        return HTMLResponse(page, headers=headers)

    @routes.get("/source/page.webp")
    def picture(path: Annotated[str, Query(max_length=1000)], page: Annotated[int, Query(ge=1)]) -> Response:
        file = original(knowledge_dir, path) if documents(path) else None
        drawn = page_picture(file, page) if file else None
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers=PICTURE_HEADERS)

    @routes.get("/source/file")
    def file(path: Annotated[str, Query(max_length=1000)]) -> FileResponse:
        document = documents(path)
        offered = inside(knowledge_dir, path) if document and document.metadata.download else None
        if offered is None:
            raise HTTPException(404)
        # always a download: the file may be a web page
        return FileResponse(offered, filename=offered.name, media_type="application/octet-stream", headers=FILE_HEADERS)

    @routes.get("/source.css")
    def style() -> FileResponse:
        return FileResponse(Path(__file__).parent / "source.css", media_type="text/css")

    return routes


def fingerprint(quote: str) -> str:
    """Returns a short hash of a quote for addresses."""
    return sha256(quote.encode()).hexdigest()[:12]


def locate(document: Document, asked: Asked) -> Place:
    """Returns the place, without the passage if the text has changed since the quote."""
    end = min(asked.end, len(document.text))
    if asked.seen and asked.seen != fingerprint(document.text[asked.start : end]):
        return Place(asked.path, 0, 0, asked.lang, asked.seen, changed=True)
    return Place(asked.path, asked.start, end, asked.lang, asked.seen)


def original(knowledge_dir: Path, source: str) -> Path | None:
    """None unless `source` is a PDF or a picture in the folder; then its file."""
    file = inside(knowledge_dir, source)
    return file if file and file.suffix.lower() in {".pdf", *IMAGES} else None


def inside(knowledge_dir: Path, source: str) -> Path | None:
    """None unless `source` is a file in the folder; then its path."""
    file = (knowledge_dir / source).resolve()
    return file if file.is_relative_to(knowledge_dir.resolve()) and file.is_file() else None


@charge_visitor()
def render_source(
    document: Document, place: Place, number: int | None, file: Path | None, bases: Sequence[BasisLine] = ()
) -> Markup:
    """Renders a page of `document`, or its whole text with bases if it has no pages."""
    page = page_of(document, number or document.page_at(place.start))
    if page is None:
        return render_text(document, place, bases=bases)
    picture = page_picture(file, page.number) if file else None
    return render_page_image(document, place, page, picture) if picture else render_text(document, place, page)


def page_of(document: Document, number: int | None) -> Page | None:
    """None for a document without pages; else the page `number`, or the first one."""
    return next((page for page in document.pages if page.number == number), next(iter(document.pages), None))


def render_page_image(document: Document, place: Place, page: Page, picture: PagePicture) -> Markup:
    """Renders a page as an image; an unmarked passage is shown below it."""
    words = texts(place.language)
    quote = document.text[max(place.start, page.start) : min(place.end, page.end)].strip()
    marks = boxes(page_glyphs(page, picture), quote) if quote else []
    found = words["preview.marked"] if marks else words["preview.not_found" if quote else "preview.not_marked"]
    hints = (found, words["preview.ocr"]) if page.method == "ocr" else (found,)
    text = document_html(quote, 0, len(quote)) if quote and not marks else Markup()
    return render_frame(document, place, page, View(hints, picture, marks, text))


def page_glyphs(page: Page, picture: PagePicture) -> tuple[Glyph, ...]:
    """Returns the glyphs of a page; for a scan, the lines that OCR read."""
    return tuple(Glyph(line.text, line.box) for line in page.lines) or picture.glyphs


def render_text(document: Document, place: Place, page: Page | None = None, bases: Sequence[BasisLine] = ()) -> Markup:
    """Renders the text of a page or of the whole document with the passage marked."""
    words = texts(place.language)
    first, last = (page.start, page.end) if page else window(document, place.start, place.end)
    hints = [words["preview.no_picture" if page else "preview.no_pages"]]
    is_cut = not page and last - first < len(document.text) - find_repeated_title_end(document, place.start, place.end)
    hints += [words["preview.shortened"]] if is_cut else []
    start = max(place.start, first) - first
    end = max(start, min(place.end, last) - first)
    text = document_html(document.text[first:last], start, end)
    return render_frame(document, place, page, View(tuple(hints), text=text, bases=bases))


def render_frame(document: Document, place: Place, page: Page | None, view: View) -> Markup:
    """Renders a view with title, facts, links and notes of its document."""
    words, metadata = texts(place.language), document.metadata
    view = replace(view, hints=(words["preview.changed"],)) if place.changed else view
    return render(
        "source",
        correction=correction_note(document, page, place.language),
        facts=facts(metadata, place.language),
        file=f"source/file?{urlencode({'path': document.source})}" if metadata.download else "",
        language=place.language,
        leaf=leaf(document, place, page) if page else None,
        metadata=metadata,
        official=metadata.source_url if metadata.source_url.startswith(("https://", "http://")) else "",
        texts=words,
        timeline=Markup() if page else timeline(document, place.language),
        title=metadata.title or document.source,
        view=view,
    )


def leaf(document: Document, place: Place, page: Page) -> Leaf:
    """Returns a page with the addresses of the pages beside it and of its image."""
    numbers = [page.number for page in document.pages]
    index, home = numbers.index(page.number), document.page_at(place.start)
    return Leaf(
        page.number,
        numbers[-1],
        place.address(numbers[index - 1]) if index else "",
        place.address(numbers[index + 1]) if index + 1 < len(numbers) else "",
        place.address(home, "#passage") if home and home != page.number and place.end > place.start else "",
        f"source/page.webp?{urlencode({'path': place.path, 'page': page.number})}",
    )
