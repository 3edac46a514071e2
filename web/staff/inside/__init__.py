"""Look inside: a document as it was read, beside the pictures of its pages, and pages corrected by hand."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.aligning import by_lines, joined
from ingest.corrections import LONGEST, Correction, Unusable, correct, delete, take_back
from ingest.loading.normalise import normalise
from web.preview import fingerprint
from web.staff.inside.leaves import passages, spots
from web.staff.inside.opening import Opened, opened
from web.staff.pages import Pages, Undo, go, who

Source = Annotated[str, Query(max_length=1000)]
SentSource = Annotated[str, Form(max_length=1000)]
Number = Annotated[int, Query(ge=1)]
SentNumber = Annotated[int, Form(ge=1)]
Typed = Annotated[str, Form(max_length=2 * LONGEST)]
PICTURE = {"cache-control": "private, no-cache"}


def router(pages: Pages) -> APIRouter:
    """`/folder/inside` and what belongs to it."""
    routes = APIRouter(prefix="/folder/inside")
    looking(routes, pages)
    correcting(routes, pages)
    taking_back(routes, pages)
    return routes


def address(source: str, page: int, path: str = "folder/inside") -> str:
    return f"{path}?{urlencode({'source': source, 'page': page})}"


def looking(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.get("")
    def shown(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        seen = opened(room, source, page)
        return pages.show(request, "inside/looking", **shared(seen), passages=passages(seen.revision, seen.leaf))

    @routes.get("/page.webp")
    def picture(source: Source, page: Number) -> Response:
        drawn = opened(room, source, page).picture()
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers=PICTURE)

    @routes.get("/reading")
    def reading(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        return pages.part(request, "inside/reading", **shared(opened(room, source, page)))


def shared(seen: Opened) -> dict[str, object]:
    """What the pages of this section have in common."""
    page = seen.leaf.page
    return {
        "seen": seen,
        "document": seen.revision.document,
        "leaf": seen.leaf,
        "picture": seen.picture(),
        "spots": spots(page.lines) if page else [],
        "link": lambda path, number: address(seen.source, number, path),
    }


def correcting(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    def form(request: Request, seen: Opened, text: str, status: int = 200, **values: object) -> HTMLResponse:
        values = {"trouble": "", "reason": "", "latest": "", **values}
        now = fingerprint(seen.text)
        return pages.show(request, "inside/correct", status, **shared(seen), text=text, now=now, **values)

    @routes.get("/correct")
    def asked(request: Request, source: Source, page: Number) -> Response:
        seen = opened(room, source, page)
        if not seen.is_correctable:
            return go(request, address(source, page))
        return form(request, seen, by_lines(seen.lines, seen.text))

    @routes.post("/correct")
    def sent(
        request: Request, source: SentSource, page: SentNumber, text: Typed = "", known: str = Form("")
    ) -> Response:
        seen = opened(room, source, page)
        if seen.path is None or not seen.is_correctable:
            return go(request, address(source, page))
        if known and known != fingerprint(seen.text):
            latest = by_lines(seen.lines, seen.text)
            return form(request, seen, text, 409, trouble="inside.changed_meanwhile", latest=latest)
        fresh = joined(text)[:LONGEST] if seen.lines else normalise(text)[:LONGEST]
        if fresh in (seen.text, joined(by_lines(seen.lines, seen.text))):
            pages.tell(request, "inside.nothing_changed", "note")
            return go(request, address(source, page))
        pages.note(request, "page.corrected", source, page=str(page))
        try:
            correct(seen.path, page, Correction(fresh, who(request)))
        except (OSError, Unusable) as error:
            return form(request, seen, text, 500, trouble="inside.not_saved", reason=reason(error))
        pages.tell(request, "inside.saved", undo=undo_saving(seen, page), page=page)
        return go(request, address(source, page))


def undo_saving(seen: Opened, page: int) -> Undo:
    """Back to the correction before, or to the text as it was read."""
    before = seen.kept.pages.get(page)
    fields = {"source": seen.source, "page": str(page)}
    if before:
        return Undo("folder/inside/correct", {**fields, "text": before.text})
    return Undo("folder/inside/take-back", fields)


def reason(error: OSError | Unusable) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)


def taking_back(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.post("/take-back")
    def page_back(request: Request, source: SentSource, page: SentNumber) -> Response:
        seen = opened(room, source, page)
        before = seen.kept.pages.get(page)
        if seen.path is None or before is None:
            pages.tell(request, "inside.nothing_to_take_back", "note")
            return go(request, address(source, page))
        pages.note(request, "page.correction_removed", source, page=str(page))
        try:
            take_back(seen.path, page)
        except (OSError, Unusable) as error:
            pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
            return go(request, address(source, page))
        fields = {"source": source, "page": str(page), "text": before.text}
        pages.tell(request, "inside.taken_back", undo=Undo("folder/inside/correct", fields), page=page)
        return go(request, address(source, page))

    @routes.post("/delete-old")
    def old_deleted(request: Request, source: SentSource, page: SentNumber = 1) -> Response:
        seen = opened(room, source, page)
        if seen.path and seen.kept.old:
            pages.note(request, "page.correction_removed", source, page=", ".join(map(str, seen.kept.old)))
            try:
                delete(seen.path)
                pages.tell(request, "inside.deleted_old")
            except OSError as error:
                pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
        return go(request, address(source, page))
