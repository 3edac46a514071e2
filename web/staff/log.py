"""The log: who of the staff changed what, and when."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.staff.pages import Pages
from web.staff.sent import Skip, Source

AT_ONCE = 100


def router(pages: Pages) -> APIRouter:
    """`/log`: the entries, the newest first, of all things or of one `subject`."""
    routes = APIRouter()

    @routes.get("/log")
    def shown(request: Request, subject: Source = "", skip: Skip = 0) -> HTMLResponse:
        entries = pages.room.audit.entries(subject=subject, limit=AT_ONCE + 1, offset=skip)
        places = {"skip": skip, "at_once": AT_ONCE, "is_more": len(entries) > AT_ONCE}
        return pages.show(request, "log", entries=entries[:AT_ONCE], subject=subject, **places)

    return routes
