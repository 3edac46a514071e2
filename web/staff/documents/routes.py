"""The folder: its documents, how well they were read, and what a clerk does with their files."""

from __future__ import annotations

from fastapi import APIRouter

from web.staff.documents import detail, edit, list, trash
from web.staff.documents.overview import Shelf
from web.staff.pages import Pages


def router(pages: Pages) -> APIRouter:
    """`/folder` and what lies below it. The menu counts the files that could not be read and those that are
    missing."""
    routes = APIRouter()
    shelf = Shelf(pages.room)
    pages.counts["folder"] = lambda: len(pages.room.index.failures()) + len(pages.room.library.missing())
    for part in (list, detail, trash):
        part.add(routes, pages, shelf)
    edit.add(routes, pages)
    return routes
