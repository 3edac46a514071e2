"""`/folder`: document list, reading progress, and files that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from bot.query.countries import country_name
from ingest.sync.missing_files import folder_counts, name_places
from ingest.sync.progress import Progress
from store.documents import Validity
from text.messages import Message
from text.sorting import sort_by_name
from web.chat.start_page import time_left
from web.staff.context import StaffContext
from web.staff.documents.filter import AT_ONCE, ORDERS, ListQuery, choices
from web.staff.documents.overview import Shelf
from web.staff.folder_state import folder_trouble
from web.staff.formatting import Formatter
from web.staff.i18n import words
from web.staff.messages import localise
from web.staff.pages import Pages, language_of


def add_list(routes: APIRouter, pages: Pages, shelf: Shelf) -> None:
    """Adds `/folder`, `/folder/list` (only the list) and `/folder/progress`."""

    @routes.get("/folder")
    def show_documents(request: Request, asked: Annotated[ListQuery, Query()]) -> HTMLResponse:
        return pages.show(
            request,
            "documents/documents",
            **list_values(request, shelf, asked),
            **how_far(pages.room, language_of(request)),
        )

    @routes.get("/folder/list")
    def alone(request: Request, asked: Annotated[ListQuery, Query()]) -> HTMLResponse:
        return pages.part(request, "documents/list", **list_values(request, shelf, asked))

    @routes.get("/folder/progress")
    def progress(request: Request) -> HTMLResponse:
        return pages.part(request, "documents/progress", **how_far(pages.room, language_of(request)))


def list_values(request: Request, shelf: Shelf, asked: ListQuery) -> dict[str, Any]:
    """Returns the values of the list."""
    language, state = language_of(request), state_of(shelf.room)
    rows = shelf.rows()
    chosen = asked.order_rows((row for row in rows if asked.allows(row)), language)
    known, speak = choices(rows), Formatter(language)
    countries = ((code, country_name(code, language) or code) for code in known.countries)
    return {
        "asked": asked,
        "columns": tuple(ORDERS),
        "countries": sort_by_name(countries, language),
        "topics": sort_by_name(((code, speak.topic(code)) for code in known.topics), language),
        "folders": [(folder, speak.folder(folder)) for folder in known.folders],
        "failures": shelf.room.index.failures(),
        "missing": missing_of(shelf.room),
        "languages_known": [(code, speak.language_name(code)) for code in known.languages],
        "more": asked.skip + AT_ONCE if len(chosen) > asked.skip + AT_ONCE else 0,
        "rows": asked.page(chosen),
        "state": state,
        "step": AT_ONCE,
        "told": lambda message: localise(message, language),
        "count": len(chosen),
        "total": len(rows),
        "validities": [(each.value, words(language)[f"validity.{each}"]) for each in Validity],
        "attention": sum(row.needs_attention for row in rows),
    }


@dataclass(frozen=True)
class MissingFiles:
    """Documents that stay available although their files are gone.

    `folders` names their folders, each with the number of files. `seen` identifies this list.
    """

    sources: tuple[str, ...]

    @property
    def folders(self) -> str:
        """Folders with the number of their files, such as `laws (41)`, for the log."""
        return name_places(self.sources)

    def name_folders(self, speak: Formatter) -> str:
        """Names the folders for the page; `folders` has their paths, for the log."""
        return ", ".join(f"{speak.folder(folder)} × {count}" for folder, count in folder_counts(self.sources))

    @property
    def seen(self) -> str:
        """SHA-256 of the list; sent back, it proves that the clerk has seen it."""
        return sha256("\n".join(self.sources).encode()).hexdigest()


def missing_of(room: StaffContext) -> MissingFiles:
    """Returns the documents that stay available although their files are gone."""
    return MissingFiles(tuple(each.source for each in room.library.missing()))


def state_of(room: StaffContext) -> str:
    """Returns a value that changes when the index changes."""
    return str(room.index.generation)


def how_far(room: StaffContext, language: str) -> dict[str, Any]:
    """Returns the reading progress; `settled` is the index state when it is done."""
    progress = room.library.progress()
    running = progress.stage in ("reading", "embedding")
    is_away = bool(folder_trouble(room))  # the frame says it, on every page
    return {
        "failed": "" if is_away else localise(trouble(progress), language),
        "line": line_of(progress, language) if running else "",
        "done": progress.chunks_done if progress.stage == "embedding" else progress.files_done,
        "all": progress.chunks if progress.stage == "embedding" else progress.files,
        "settled": "" if running else state_of(room),
    }


def trouble(progress: Progress) -> Message:
    """Returns why the folder could not be read, or the index problem; empty if none."""
    return progress.message if progress.stage == "failed" else progress.condition.reason


def line_of(progress: Progress, language: str) -> str:
    """Returns the progress in words: what is done of all, and the time left."""
    known = words(language)
    if progress.stage == "embedding":
        done, total = progress.chunks_done, progress.chunks
    else:
        done, total = progress.files_done, progress.files
    line = known[f"documents.progress.{progress.stage}" if total else "documents.progress.starting"]
    left = time_left(progress.seconds_left, known)
    return " · ".join(filter(None, (line.format(done=done, total=total), left)))
