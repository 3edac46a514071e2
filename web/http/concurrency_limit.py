"""Concurrency limit: how many requests of one visitor run at once.

All code that runs in threads shares forty of them, first come, first served. Without the limit, one visitor could make
all others wait. Questions have a queue of their own: `fair_queue`.
"""

from __future__ import annotations

import re
from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.rate_limit import client_key
from web.i18n import find_language, texts
from web.operations.request_log import PROBES

AT_ONCE = 8
"""Requests of one visitor that run at once."""
OPEN = 512
"""Open requests of one visitor: running, waiting, and event streams of open pages."""
STREAMS = re.compile(
    r"/gradio_api/(queue/data|heartbeat/[^/]*)$|/staff/folder/incoming/file$"
    r"|/api/v1/(ask|ask/stream|search)$|/v1/(chat/completions|embeddings)$"
)
"""Long, cheap requests: event streams, answers, uploads, questions that wait."""
STAFF = "/staff/"
RETRY_SECONDS = 5


@dataclass
class Share:
    """Open requests of one visitor."""

    turns: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    running: int = 0


class RequestLimit:
    """ASGI middleware: runs AT_ONCE requests of each visitor; the others wait.

    Staff pages are counted separately, so that other visitors with the same address cannot block the staff.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.shares: dict[tuple[str, bool], Share] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith(PROBES):
            return await self.app(scope, receive, send)
        connection = HTTPConnection(scope)
        async with self.share(client_key(connection), STAFF in scope["path"]) as share:
            if share.running > OPEN:
                sentence = texts(find_language(connection.headers.get("accept-language", "")))["queue.full"]
                headers = {"Retry-After": str(RETRY_SECONDS)}
                return await PlainTextResponse(sentence, 503, headers)(scope, receive, send)
            if STREAMS.search(scope["path"]):
                return await self.app(scope, receive, send)
            return await in_turn(self.app, share.turns, scope, receive, send)

    @asynccontextmanager
    async def share(self, who: str, is_staff: bool) -> AsyncIterator[Share]:
        """Yields the open requests of a visitor, with one more counted."""
        share = self.shares.setdefault((who, is_staff), Share())
        share.running += 1
        try:
            yield share
        finally:
            share.running -= 1
            if not share.running:
                self.shares.pop((who, is_staff), None)


async def in_turn(app: ASGIApp, turns: Semaphore, scope: Scope, receive: Receive, send: Send) -> None:
    """Runs the app when the request gets its turn.

    A turn starts when the body has arrived and ends when the response starts. So a slow connection holds no turn, in
    either direction.
    """
    is_ours = False

    async def take() -> None:
        nonlocal is_ours
        if not is_ours:
            await turns.acquire()
            is_ours = True

    def give_back() -> None:
        nonlocal is_ours
        if is_ours:
            turns.release()
            is_ours = False

    async def receive_in_turn() -> Message:
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            await take()
        return message

    async def send_in_turn(message: Message) -> None:
        give_back()
        await send(message)

    try:
        if scope["method"] in ("GET", "HEAD"):
            await take()
            await app(scope, receive, send_in_turn)
        else:
            await app(scope, receive_in_turn, send_in_turn)
    finally:
        give_back()
