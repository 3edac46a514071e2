"""Download and restoration of backups, for administrators."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from ingest.backup.archive import BackupError
from ingest.backup.staged import stage_backup
from records.models import now
from store.free_space import DiskFullError, require_free_space
from store.index import IndexLockedError, VectorsUnavailableError
from store.library import UNFINISHED
from text.messages import message_of
from web.staff.auth.forms import Forms, Typed
from web.staff.auth.proof import proof_needed, why_not_proved
from web.staff.formatting import Formatter
from web.staff.messages import localise
from web.staff.pages import Pages, current_user, language_of

NAME = "%Y-%m-%d-qiantang.zip"
"""Name of the file that the browser keeps, by day in this machine's time zone."""
MADE = "backup_made"
"""Cookie with the number under which the page asked for the file that is there now."""
Asked = Annotated[str, Form(pattern="^[0-9]{0,16}$")]
PAGE_SECONDS = 1.0
"""Time that a browser gets to fetch what the page shows before the app restarts, in seconds."""


def router(pages: Pages) -> APIRouter:
    """Routes `/backup`, which explains, `/backup/file` and `/backup/restore`.

    The latter two ask for a code or password.
    """
    routes, forms = APIRouter(), Forms(pages)

    @routes.get("/backup")
    def show_backup(request: Request) -> Response:
        return backup_page(pages, request)

    @routes.post("/backup/file")
    async def file(request: Request, proof: Typed = "", asked: Asked = "") -> Response:
        trouble, status = await run_in_threadpool(why_not_proved, request, forms, proof)
        if trouble:
            return backup_page(pages, request, trouble, status)
        place = tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=pages.room.settings.data_dir)
        made = Path(place.name) / "backup.zip"
        try:
            await run_in_threadpool(pages.room.library.back_up, str(made))
        except (BackupError, DiskFullError, IndexLockedError, VectorsUnavailableError, OSError) as error:
            place.cleanup()
            reason = localise(message_of(error), language_of(request))
            return backup_page(pages, request, "backup.trouble", 503, reason)
        await run_in_threadpool(pages.audit, request, "backup.made")
        sent = FileResponse(
            made,
            media_type="application/zip",
            filename=now().astimezone().strftime(NAME),
            background=BackgroundTask(place.cleanup),
        )
        if asked:
            sent.set_cookie(MADE, asked, max_age=60, samesite="strict")  # the page reads that the file is there
        return sent

    @routes.post("/backup/restore")
    async def restore(request: Request) -> Response:
        length = int(request.headers["content-length"])
        try:  # the form lies in the one folder until it is checked, the backup in the other
            for folder in (Path(tempfile.gettempdir()), pages.room.settings.data_dir):
                require_free_space(folder, length)
        except DiskFullError as error:
            return not_restored(pages, request, error)
        async with request.form(max_files=1, max_fields=1) as form:
            file, proof = form.get("backup"), str(form.get("proof", ""))
            trouble, status = await run_in_threadpool(why_not_proved, request, forms, proof)
            if not trouble and not (isinstance(file, UploadFile) and file.filename):
                trouble, status = "backup.no_file", 422
            if trouble or not isinstance(file, UploadFile):
                return backup_page(pages, request, trouble, status)
            return await run_in_threadpool(restore_page, pages, request, file)

    return routes


def restore_page(pages: Pages, request: Request, file: UploadFile) -> Response:
    """Has a backup restored by a restart; renders what follows, or why not."""
    room = pages.room
    try:
        manifest = stage_backup(room.settings, file.file, file.filename or "", current_user(request), room.index.recipe)
    except (BackupError, DiskFullError, OSError) as error:
        return not_restored(pages, request, error)
    made = manifest.made
    pages.audit(request, "backup.restoring", made.isoformat(timespec="minutes"))
    page = pages.show(request, "backup", restoring=Formatter(language_of(request)).moment(made))
    page.background = BackgroundTask(restart_later, room.restart) if room.restart else None
    return page


def restart_later(restart: Callable[[], object]) -> None:
    """Restarts once the browser has had time to fetch style and script of the page."""
    time.sleep(PAGE_SECONDS)
    restart()


def not_restored(pages: Pages, request: Request, error: Exception) -> Response:
    """Renders the page with the reason why nothing was changed."""
    return backup_page(pages, request, "backup.not_restored", 422, localise(message_of(error), language_of(request)))


def backup_page(pages: Pages, request: Request, trouble: str = "", status: int = 200, reason: str = "") -> Response:
    """Renders the page, with the key of an error and the reason that belongs into it."""
    elsewhere = bool(pages.room.settings.records_url.get_secret_value())
    given = {"trouble": trouble, "reason": reason, "elsewhere": elsewhere, "needed": proof_needed(pages, request)}
    return pages.show(request, "backup", status, restoring="", **given)
