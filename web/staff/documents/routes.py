"""Folder section: documents, their reading quality, and actions on their files."""

from __future__ import annotations

from fastapi import APIRouter

from web.staff.context import StaffContext
from web.staff.documents.bulk import add_bulk
from web.staff.documents.detail import add_detail
from web.staff.documents.edit import add_editing
from web.staff.documents.list import add_list
from web.staff.documents.overview import Shelf
from web.staff.documents.trash import add_trash
from web.staff.folder_state import folder_trouble
from web.staff.pages import Pages, Task


def router(pages: Pages) -> APIRouter:
    """Routes `/folder` and below. The menu counts what needs attention."""
    routes = APIRouter()
    shelf = Shelf(pages.room)
    pages.counts["folder"] = lambda _: attention(pages.room)
    pages.tasks.append(lambda _: unread_tasks(pages.room))
    add_list(routes, pages, shelf)
    add_detail(routes, pages, shelf)
    add_trash(routes, pages, shelf)
    add_editing(routes, pages)
    add_bulk(routes, pages)
    return routes


def unread_tasks(room: StaffContext) -> list[Task]:
    """Returns the files that could not be read."""
    if folder_trouble(room):
        return []
    return [Task("documents.task_unread", each.source, "folder") for each in room.index.failures()]


def attention(room: StaffContext) -> int:
    """Returns the number of unread and missing files; 1 if the whole folder is gone."""
    return 1 if folder_trouble(room) else len(room.index.failures()) + len(room.library.missing())
