"""The log: who of the staff changed what, and when."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.staff.form_types import Line, Skip, Source
from web.staff.pages import Pages

AT_ONCE = 100
KINDS = {"corrections": ("page.corrected", "page.correction_removed")}
"""What can be shown alone."""


def router(pages: Pages) -> APIRouter:
    """`/log`: the entries, the newest first, of all things or of one `subject`, of all kinds or of one."""
    routes = APIRouter()

    @routes.get("/log")
    def shown(request: Request, subject: Source = "", kind: Line = "", skip: Skip = 0) -> HTMLResponse:
        entries = pages.room.audit.entries(KINDS.get(kind, ()), subject, AT_ONCE + 1, skip)
        places = {
            "skip": skip,
            "at_once": AT_ONCE,
            "is_more": len(entries) > AT_ONCE,
            "kind": kind if kind in KINDS else "",
        }
        return pages.show(request, "audit_log", entries=entries[:AT_ONCE], subject=subject, **places)

    return routes
