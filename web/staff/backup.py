"""Backup: everything in one file, as `python -m ingest backup` writes it, for administrators to take away."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from ingest.backup.archive import BackupError
from records.models import now
from store.free_space import DiskFullError
from store.index import VectorsUnavailableError
from store.library import UNFINISHED
from store.messages import message_of
from web.staff.messages import localise
from web.staff.pages import Pages, language_of

NAME = "%Y-%m-%d-qiantang.zip"
"""Name of the file that the browser keeps, by day (UTC)."""


def router(pages: Pages) -> APIRouter:
    """Routes `/backup`: what a backup holds and how it is restored; and `/backup/file`."""
    routes = APIRouter()

    @routes.get("/backup")
    def show_backup(request: Request) -> Response:
        return page(pages, request)

    @routes.post("/backup/file")
    async def file(request: Request) -> Response:
        place = tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=pages.room.settings.data_dir)
        made = Path(place.name) / "backup.zip"
        try:
            await run_in_threadpool(pages.room.library.back_up, str(made))
        except (BackupError, DiskFullError, VectorsUnavailableError, OSError) as error:
            place.cleanup()
            return page(pages, request, localise(message_of(error), language_of(request)))
        await run_in_threadpool(pages.audit, request, "backup.made")
        return FileResponse(
            made, media_type="application/zip", filename=now().strftime(NAME), background=BackgroundTask(place.cleanup)
        )

    return routes


def page(pages: Pages, request: Request, trouble: str = "") -> Response:
    elsewhere = bool(pages.room.settings.records_url.get_secret_value())
    return pages.show(request, "backup", 503 if trouble else 200, trouble=trouble, elsewhere=elsewhere)
