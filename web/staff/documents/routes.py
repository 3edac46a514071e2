"""Folder section: documents, their reading quality, and actions on their files."""

from __future__ import annotations

from fastapi import APIRouter

from web.staff.documents import detail, edit, trash
from web.staff.documents import list as listing
from web.staff.documents.overview import Shelf
from web.staff.pages import Pages


def router(pages: Pages) -> APIRouter:
    """Routes `/folder` and below. The menu counts unread and missing files."""
    routes = APIRouter()
    shelf = Shelf(pages.room)
    pages.counts["folder"] = lambda: len(pages.room.index.failures()) + len(pages.room.library.missing())
    for part in (listing, detail, trash):
        part.add(routes, pages, shelf)
    edit.add(routes, pages)
    return routes
