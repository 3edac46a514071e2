"""Folder section: documents, their reading quality, and actions on their files."""

from __future__ import annotations

from fastapi import APIRouter

from web.staff.context import StaffContext
from web.staff.documents import bulk, detail, edit, trash
from web.staff.documents import list as listing
from web.staff.documents.overview import Shelf
from web.staff.folder_state import folder_trouble
from web.staff.pages import Pages


def router(pages: Pages) -> APIRouter:
    """Routes `/folder` and below. The menu counts what needs attention."""
    routes = APIRouter()
    shelf = Shelf(pages.room)
    pages.counts["folder"] = lambda: attention(pages.room)
    for part in (listing, detail, trash):
        part.add(routes, pages, shelf)
    edit.add(routes, pages)
    bulk.add(routes, pages)
    return routes


def attention(room: StaffContext) -> int:
    """Returns the number of unread and missing files; while the whole folder is gone, that is one thing."""
    return 1 if folder_trouble(room) else len(room.index.failures()) + len(room.library.missing())
