"""Session limits: no state in Gradio, and answers only while a client reads them."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from web.http.limits import MOST_SESSIONS, MOST_SESSIONS_OF_A_VISITOR, RETRY_SECONDS, UNREAD_SECONDS
from web.http.rate_limit import client_key
from web.http.refusals import refusal

DATA = "/gradio_api/queue/data"


class FreshState(SessionState):
    """State of one call.

    No code of this page reads the values and components that Gradio would store.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, dict[str, Any]] = {}
        self.state_data: dict[int, Any] = {}
        self.is_closed = False

    def __setitem__(self, key: int, value: Any) -> None:
        self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Does nothing: it serves links to components, which this page does not make."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Does nothing; Gradio would keep each session's last conversation, 3 MB each."""


class FreshStates(StateHolder):
    """State holder that keeps nothing: all personal data stays in the browser."""

    def __getitem__(self, session_id: str) -> FreshState:
        return FreshState(self.blocks)


def keep_no_state(blocks: gr.Blocks, app: App) -> None:
    """Switches off Gradio's state.

    Call it once `blocks` are mounted; `app` is Gradio's app.
    """
    app.state_holder = FreshStates()  # type: ignore[no-untyped-call]
    app.state_holder.set_blocks(blocks)
    # statistics of the last 10,000 answers, recomputed after each, for a page of Gradio's that is blocked here
    blocks._queue.ANALYTICS_MAX_EVENTS = 1
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize


@dataclass
class Session:
    """Running answers of one open page."""

    visitor: str
    used: float
    streams: int = 0
    """Connections that read it: 0 or 1 for a browser."""


class Sessions:
    """Sessions with running answers, the longest unused first.

    Used only on the event loop.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self.queue = blocks._queue
        self.known: OrderedDict[str, Session] = OrderedDict()

    async def admit(self, name: str, who: str) -> bool:
        """True if a session may ask.

        Makes room by dropping sessions without a reader: of this visitor, or of all.
        """
        await self.drop_unread()
        if name not in self.known:
            own = [each for each, session in self.known.items() if session.visitor == who]
            if len(own) >= MOST_SESSIONS_OF_A_VISITOR and not await self.drop_first(own):
                return False
            if len(self.known) >= MOST_SESSIONS and not await self.drop_first(list(self.known)):
                return False
            self.known[name] = Session(who, 0.0)
        self.known[name].used = time.monotonic()
        self.known.move_to_end(name)
        return True

    def is_known(self, name: str) -> bool:
        """Checks that Gradio keeps messages for a session."""
        return name in self.queue.pending_messages_per_session

    async def drop_unread(self) -> None:
        """Drops sessions without a reader after UNREAD_SECONDS.

        A browser reads from the moment it asks.
        """
        long_ago = time.monotonic() - UNREAD_SECONDS
        for name in [each for each in self.unread(self.known) if self.known[each].used < long_ago]:
            await self.drop(name)

    async def drop_first(self, names: list[str]) -> bool:
        """Drops the first of the sessions without a reader; False if all have one."""
        first = next(self.unread(names), None)
        if first is not None:
            await self.drop(first)
        return first is not None

    def unread(self, names: Any) -> Iterator[str]:
        """Yields those of the sessions that have no reader."""
        return (each for each in names if not self.known[each].streams)

    async def drop(self, name: str) -> None:
        """Ends the answers of a session and forgets it.

        Its page then asks again as a new session.
        """
        self.known.pop(name, None)
        await self.queue.clean_events(session_hash=name)
        self.queue.pending_messages_per_session.pop(name, None)
        self.queue.pending_event_ids_session.pop(name, None)

    def begin_session(self, name: str) -> None:
        """Counts a reader of a session, if the session was admitted."""
        if name in self.known:
            self.known[name].streams += 1

    async def end_session(self, name: str) -> None:
        """Drops a session when all is read; running answers wait a while for a new reader."""
        if session := self.known.get(name):
            session.streams -= 1
            session.used = time.monotonic()
            if not session.streams and not self.queue.pending_event_ids_session.get(name):
                await self.drop(name)


class SessionLimits:
    """ASGI middleware around Gradio's queue.

    `scope["state"]["session"]` is the session of a question.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self.app, self.sessions = app, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        asking = scope.get("state", {}).get("session", "")
        if asking and not await self.sessions.admit(asking, client_key(request)):
            return await refusal(request, "request.sessions", 429, RETRY_SECONDS)(scope, receive, send)
        if not request.url.path.endswith(DATA):
            return await self.app(scope, receive, send)
        return await self.read(request, receive, send)

    async def read(self, request: Request, receive: Receive, send: Send) -> None:
        """Streams the answers of a session."""
        name = parse_qs(request.url.query).get("session_hash", [""])[0]
        if not self.sessions.is_known(name):
            return await refusal(request, "request.no_session", 404)(request.scope, receive, send)
        self.sessions.begin_session(name)
        try:
            await self.app(request.scope, receive, send)
        finally:
            await self.sessions.end_session(name)
        return None
