"""Audit log: the changes by staff, with author and time."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.staff.form_types import Line, Skip, Source
from web.staff.pages import Pages

AT_ONCE = 100
KINDS = {"corrections": ("page.corrected", "page.correction_removed")}
"""Groups of actions that can be filtered."""


def router(pages: Pages) -> APIRouter:
    """Routes `/log`: entries, newest first, of one `subject` or kind, or of all."""
    routes = APIRouter()

    @routes.get("/log")
    def show_audit_log(request: Request, subject: Source = "", kind: Line = "", skip: Skip = 0) -> HTMLResponse:
        entries = pages.room.audit.entries(KINDS.get(kind, ()), subject, AT_ONCE + 1, skip)
        places = {
            "skip": skip,
            "at_once": AT_ONCE,
            "is_more": len(entries) > AT_ONCE,
            "kind": kind if kind in KINDS else "",
            "has_accounts": pages.room.accounts.count() > 0,
        }
        return pages.show(request, "audit_log", entries=entries[:AT_ONCE], subject=subject, **places)

    return routes
