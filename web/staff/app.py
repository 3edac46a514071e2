"""Staff app, mounted by the web app."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from records import RecordsUnavailableError
from store.embeddings import EmbeddingFailedError
from store.folder import FolderUnreadableError
from text.messages import message_of
from web.http import refusals
from web.outbox import FILE, Outbox, Undelivered
from web.staff import audit_log, backup, maintenance
from web.staff.accounts import routes as accounts
from web.staff.api_keys import routes as api_keys
from web.staff.approvals import routes as approvals
from web.staff.auth import routes as auth
from web.staff.context import StaffContext
from web.staff.curated import routes as curated
from web.staff.documents import routes as documents
from web.staff.gaps import routes as gaps
from web.staff.inspect import routes as inspect
from web.staff.messages import localise
from web.staff.pages import Pages, language_of
from web.staff.playground import routes as playground
from web.staff.questions import routes as questions
from web.staff.statistics import routes as statistics
from web.staff.uploads import routes as uploads
from web.staff.validity import routes as validity

LOG = logging.getLogger(__name__)

HERE = Path(__file__).parent
STATIC = StaticFiles(
    directory=HERE / "static",
    packages=[(f"web.staff.{each.parent.name}", each.name) for each in HERE.glob("*/static")],
)
"""Styles and scripts under one address: the shared ones, and those of each section."""

MOST_TASKS = 8
"""Tasks that the home page lists."""
PARTS = (
    auth, documents, uploads, inspect, playground, questions, gaps, validity, curated, statistics, maintenance,
    api_keys, audit_log, accounts, approvals, backup,
)  # fmt: skip
POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {"content-security-policy": POLICY, "cache-control": "no-store", "x-frame-options": "DENY"}


def build(room: StaffContext) -> FastAPI:
    """Builds the staff app, to be mounted at `/staff`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(room)
    app.add_middleware(auth.AuthMiddleware, pages=pages)
    app.add_middleware(Closed)
    for part in PARTS:
        # as they are: `include_router` would work out each of some 150 routes again at the first request
        app.router.routes += part.router(pages).routes
    app.mount("/static", STATIC)

    @app.get("/")
    def home(request: Request) -> HTMLResponse:
        waiting, aside, told = room.records.waiting(), room.records.set_aside(), room.settings.has_alerts
        shown = {"waiting": waiting, "set_aside": aside, "undelivered": find_undelivered(room), "has_alerts": told}
        return pages.show(request, "home", tasks=pages.tasks_of(request), most_tasks=MOST_TASKS, **shown)

    @app.exception_handler(RecordsUnavailableError)
    def unavailable(request: Request, error: Exception) -> Response:
        LOG.warning("A page of the staff has no records. %s", error)
        return pages.show(request, "trouble", 503, trouble="frame.records_unavailable", detail="")

    @app.exception_handler(auth.TooManyAttemptsError)
    def busy(request: Request, _: Exception) -> Response:
        answer = pages.show(request, "trouble", 503, trouble="auth.busy", detail="")
        answer.headers["retry-after"] = str(auth.RETRY_SECONDS)
        return answer

    @app.exception_handler(EmbeddingFailedError)
    @app.exception_handler(FolderUnreadableError)
    def unreadable(request: Request, error: Exception) -> Response:
        is_folder, detail = isinstance(error, FolderUnreadableError), localise(message_of(error), language_of(request))
        trouble = "documents.unreadable" if is_folder else "frame.no_meaning"
        return pages.show(request, "trouble", 503, trouble=trouble, detail=detail)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: Exception) -> Response:
        """A page for a clerk whose form was refused, and JSON for a script."""
        if "text/html" not in request.headers.get("accept", ""):
            return await refusals.unreadable(request, error)
        return await run_in_threadpool(pages.show, request, "trouble", 422, trouble="request.unreadable", detail="")

    @app.exception_handler(405)
    @app.exception_handler(404)
    def missing(request: Request, error: Exception) -> HTMLResponse:
        return pages.show(request, "trouble", getattr(error, "status_code", 404), trouble="frame.missing", detail="")

    return app


def find_undelivered(room: StaffContext) -> Undelivered | None:
    """Returns the alerts that still wait although sending them was tried.

    None if there are none, or if they are unreadable.
    """
    try:
        return Outbox(room.settings.data_dir / FILE).find_undelivered()
    except (sqlite3.Error, OSError):
        return None


class Closed:
    """ASGI middleware: staff pages are not cached and run only their own scripts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
