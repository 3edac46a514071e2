"""Look inside: a document as it was read, beside the pictures of its pages, and pages corrected by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.corrections import Changed, Unusable, delete_old, take_back
from web.preview import fingerprint
from web.staff.folder.confirming import Asked, ask
from web.staff.folder.foreseeing import noted, seal
from web.staff.inside.correcting import add_correcting, foreseen, reason, traced, undo_to
from web.staff.inside.leaves import passages
from web.staff.inside.opening import opened
from web.staff.inside.showing import address, shared
from web.staff.pages import Pages, go

Source = Annotated[str, Query(max_length=1000)]
SentSource = Annotated[str, Form(max_length=1000)]
Number = Annotated[int, Query(ge=1)]
SentNumber = Annotated[int, Form(ge=1)]
Known = Annotated[str, Form(max_length=64)]
PICTURE = {"cache-control": "private, no-cache"}


def router(pages: Pages) -> APIRouter:
    """`/folder/inside` and what belongs to it."""
    routes = APIRouter(prefix="/folder/inside")
    looking(routes, pages)
    add_correcting(routes, pages)
    taking_back(routes, pages)
    return routes


def looking(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.get("")
    def shown(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        seen = opened(room, source, page)
        return pages.show(
            request, "inside/looking", **shared(request, seen), passages=passages(seen.revision, seen.leaf)
        )

    @routes.get("/page.webp")
    def picture(source: Source, page: Number) -> Response:
        drawn = opened(room, source, page).picture()
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers=PICTURE)

    @routes.get("/reading")
    def reading(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        return pages.part(request, "inside/reading", **shared(request, opened(room, source, page)))


def taking_back(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.post("/take-back")
    def page_back(
        request: Request, source: SentSource, page: SentNumber, known: Known = "", confirmed: Known = ""
    ) -> Response:
        seen = opened(room, source, page)
        before = seen.kept.pages.get(page)
        if seen.path is None or before is None:
            pages.tell(request, "inside.nothing_to_take_back", "note")
            return go(request, address(source, page))
        if known != fingerprint(before.text):
            pages.tell(request, "inside.not_taken_back", "trouble", page=page)
            return go(request, address(source, page))
        shifts = foreseen(seen, seen.before) if seen.before else ()
        if shifts and confirmed != (sealed := seal(f"{seen.version} {known}", shifts)):
            sent = {"source": source, "page": page, "known": known}
            return ask(request, pages, Asked("take_back", source, sent, sealed, shifts))
        trace = traced(page, before.text, seen.before) | noted(source, shifts)
        pages.note(request, "page.correction_removed", source, **trace)
        try:
            take_back(seen.path, page, before)
        except Changed:
            pages.tell(request, "inside.not_taken_back", "trouble", page=page)
            return go(request, address(source, page))
        except (OSError, Unusable) as error:
            pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
            return go(request, address(source, page))
        undo = undo_to(seen, before.text, known="")
        pages.tell(request, "inside.taken_back", undo=undo, page=page)
        return go(request, address(source, page))

    @routes.post("/delete-old")
    def old_deleted(request: Request, source: SentSource, page: SentNumber = 1) -> Response:
        seen = opened(room, source, page)
        if seen.path and seen.kept.old:
            pages.note(request, "page.correction_removed", source, page=", ".join(map(str, seen.kept.old)))
            try:
                delete_old(seen.path)
                pages.tell(request, "inside.deleted_old")
            except (OSError, Unusable) as error:
                pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
        return go(request, address(source, page))
