"""Request log: one line for each request, with the id of its other log lines."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.operations.request_context import CURRENT, KEY, new_request

PROBES = ("/health", "/ready", "/metrics")
"""Addresses of monitors: exempt from the rate limit, and logged only at DEBUG."""

FOLDERS = ("assets", "gradio_api", "static")

LOG = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware that logs method, route, status and milliseconds.

    It logs no address, query or id. `begin` is called in the event loop before the first request.
    """

    def __init__(self, app: ASGIApp, begin: Callable[[], None] = lambda: None) -> None:
        self.app, self.begin = app, begin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.begin()
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, status, started = new_request(read_query_values(scope)), 0, time.monotonic()
        scope.setdefault("state", {})[KEY] = request
        path = scope["path"]

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request.id
            await send(message)

        token = CURRENT.set(request)
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            CURRENT.reset(token)
            level = logging.DEBUG if path.endswith(PROBES) else logging.INFO
            taken = round(1000 * (time.monotonic() - started))
            values = (scope["method"], route_of(scope), status or "-", taken)
            LOG.log(level, "%s %s %s %s ms", *values, extra={"request_id": request.id})


def read_query_values(scope: Scope) -> str:
    """Returns the query values: they may contain a question, which must not be logged."""
    query = scope.get("query_string", b"").decode("latin-1")
    return " ".join(value for _, value in parse_qsl(query, max_num_fields=None))


def route_of(scope: Scope) -> str:
    """Returns the declared route of the request, or its folder for static files.

    An unknown path is not logged, because it may contain anything.
    """
    place, declared = scope.get("root_path", ""), getattr(scope.get("route"), "path", "")
    if declared:
        return f"{place}{declared}"
    first = scope["path"].removeprefix(place).strip("/").partition("/")[0]
    return f"{place}/{first}/…" if first in FOLDERS else f"{place}/…"
