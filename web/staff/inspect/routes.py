"""Document view: the text as read beside page images, with corrections by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from ingest.corrections.correction_file import CorrectionUnusableError, delete_old
from web.staff.inspect.correction import add_correcting, failure
from web.staff.inspect.page import open_page
from web.staff.inspect.page_parts import passages
from web.staff.inspect.views import address, list_shared_values
from web.staff.pages import Pages, redirect

Source = Annotated[str, Query(max_length=1000)]
SentSource = Annotated[str, Form(max_length=1000)]
Number = Annotated[int, Query(ge=1)]
SentNumber = Annotated[int, Form(ge=1)]
PICTURE = {"cache-control": "private, no-cache"}


def router(pages: Pages) -> APIRouter:
    """Routes `/folder/inside` and below."""
    routes = APIRouter(prefix="/folder/inside")
    looking(routes, pages)
    add_correcting(routes, pages)
    deleting_old(routes, pages)
    return routes


def looking(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/inside`, and below it `/page.webp` and `/reading`."""
    room = pages.room

    @routes.get("")
    def show_page(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        seen = open_page(room, source, page)
        return pages.show(
            request, "inspect/looking", **list_shared_values(request, seen), passages=passages(seen.revision, seen.leaf)
        )

    @routes.get("/page.webp")
    def picture(source: Source, page: Number) -> Response:
        drawn = open_page(room, source, page).picture()
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers=PICTURE)

    @routes.get("/reading")
    def reading(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        return pages.part(request, "inspect/reading", **list_shared_values(request, open_page(room, source, page)))


def deleting_old(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/inside/delete-old`, for corrections of another file version."""
    room = pages.room

    @routes.post("/delete-old")
    def delete_old_corrections(request: Request, source: SentSource, page: SentNumber = 1) -> Response:
        seen = open_page(room, source, page)
        if seen.path and seen.kept.old:
            pages.audit(request, "page.correction_removed", source, page=", ".join(map(str, seen.kept.old)))
            try:
                delete_old(seen.path)
                pages.flash(request, "inspect.deleted_old")
            except (OSError, CorrectionUnusableError) as error:
                told = failure(request, "inspect.not_changed", error)
                pages.flash(request, told["trouble"], "trouble", reason=told["reason"])
        return redirect(request, address(source, page))
