"""Page of an app that cannot start yet because its disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts
from web.rendering import render

FAREWELL_SECONDS = 1
HEADERS = {"cache-control": "no-store", "retry-after": "10"}


@contextmanager
def telling(host: str, port: int) -> Iterator[None]:
    """Answers every request with this page, in a thread."""
    server = uvicorn.Server(
        uvicorn.Config(
            tell,
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
            limit_concurrency=256,
        )
    )
    thread = Thread(target=server.run, name="starting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI app: the page in all languages, and `/health` and `/ready` for monitors."""
    if scope["type"] == "http":
        await answer(scope["path"])(scope, receive, send)


def answer(path: str) -> Response:
    """Returns the page with status 503, or the answer to a monitor."""
    if path.endswith("/health"):
        return JSONResponse({"status": "ok", "checks": {}}, headers=HEADERS)
    if path.endswith("/ready"):
        return JSONResponse({"status": "unready", "reasons": ["disk_is_full"]}, 503, HEADERS)
    return HTMLResponse(render("starting", words={each: texts(each) for each in SERVICE_LANGUAGES}), 503, HEADERS)
