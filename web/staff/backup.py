"""Backup download for administrators, as `python -m ingest backup` writes it."""

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
from web.staff.auth.forms import Typed, forms_for
from web.staff.auth.proof import proof_needed, why_not_proved
from web.staff.messages import localise
from web.staff.pages import Pages, language_of

NAME = "%Y-%m-%d-qiantang.zip"
"""Name of the file that the browser keeps, by day (UTC)."""


def router(pages: Pages) -> APIRouter:
    """Routes `/backup`, an explanation, and `/backup/file`, for a code or password."""
    routes, forms = APIRouter(), forms_for(pages)

    @routes.get("/backup")
    def show_backup(request: Request) -> Response:
        return backup_page(pages, request)

    @routes.post("/backup/file")
    async def file(request: Request, proof: Typed = "") -> Response:
        trouble, status = await run_in_threadpool(why_not_proved, request, forms, proof)
        if trouble:
            return backup_page(pages, request, trouble, status)
        place = tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=pages.room.settings.data_dir)
        made = Path(place.name) / "backup.zip"
        try:
            await run_in_threadpool(pages.room.library.back_up, str(made))
        except (BackupError, DiskFullError, VectorsUnavailableError, OSError) as error:
            place.cleanup()
            reason = localise(message_of(error), language_of(request))
            return backup_page(pages, request, "backup.trouble", 503, reason)
        await run_in_threadpool(pages.audit, request, "backup.made")
        return FileResponse(
            made, media_type="application/zip", filename=now().strftime(NAME), background=BackgroundTask(place.cleanup)
        )

    return routes


def backup_page(pages: Pages, request: Request, trouble: str = "", status: int = 200, reason: str = "") -> Response:
    """Renders the page, with the key of an error and the reason that belongs into it."""
    elsewhere = bool(pages.room.settings.records_url.get_secret_value())
    given = {"trouble": trouble, "reason": reason, "elsewhere": elsewhere, "needed": proof_needed(pages, request)}
    return pages.show(request, "backup", status, **given)
