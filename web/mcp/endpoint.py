"""`/mcp`: the MCP server over HTTP, with the limits, the pause and the records of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio
from anyio.from_thread import check_cancelled
from anyio.to_thread import run_sync
from starlette.types import Receive, Scope, Send

from bot.answer import Answer
from store.library import Library
from web.chat.banner import answer_while_paused
from web.chat.conversation_state import pending
from web.chat.feedback import note
from web.context import ChatContext
from web.http.fair_queue import VISITOR_AT_ONCE, VISITOR_WAITING
from web.http.limits import RETRY_SECONDS
from web.http.processor_budget import TooManyWaitingError, Turns
from web.http.rate_limit import client_key
from web.operations.request_context import note_question

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from web.mcp.server import Inquiry

AT_ONCE = 2 * VISITOR_AT_ONCE
"""Questions and searches that run at once: half of what the page has, so that programs leave room for people."""


class McpEndpoint:
    """ASGI app of `/mcp`. The MCP library takes a second to load, so its server is made at the first request."""

    path = "/mcp"
    """The route that the log names."""

    def __init__(self, service: ChatContext, library: Library) -> None:
        self.service, self.library = service, library
        self.turns = Turns(AT_ONCE, VISITOR_AT_ONCE, VISITOR_AT_ONCE + VISITOR_WAITING)
        self.wanted, self.ready = anyio.Event(), anyio.Event()
        self.server: MCPServer[Any] | None = None

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Keeps the server ready while the app runs."""
        self.wanted, self.ready = anyio.Event(), anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.run)
            yield
            tasks.cancel_scope.cancel()

    async def run(self) -> None:
        """Makes the server once it is wanted. It keeps no sessions: each request stands alone."""
        await self.wanted.wait()
        self.server = server = await run_sync(self.make)
        # A page of another site cannot send JSON here without asking first, and nothing here needs a sign-in: the
        # library's list of allowed hosts would only refuse the names that proxies serve.
        from mcp.server.transport_security import TransportSecuritySettings

        open_to_all = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(stateless_http=True, transport_security=open_to_all)
        async with server.session_manager.run():
            self.ready.set()
            await anyio.sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        self.wanted.set()
        await self.ready.wait()
        assert self.server is not None  # noqa: S101  # made before it is ready
        await self.server.session_manager.handle_request(scope, receive, send)

    def make(self) -> MCPServer[Any]:
        from web.mcp.server import AssistantServer, knowledge_of

        return AssistantServer(knowledge_of(self.library, self.answer, self.turn))

    @asynccontextmanager
    async def turn(self, request: Any) -> AsyncIterator[None]:
        """Waits for a turn of the sender. Raises ToolError if too many of its requests wait."""
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            async with self.turns.turn(client_key(request)):
                yield
        except TooManyWaitingError:
            raise ToolError(f"Too many requests of this address wait. Try again in {RETRY_SECONDS} s.") from None

    def answer(self, inquiry: Inquiry) -> Answer:
        """Answers as the page does: not while it is paused, and kept in the records. Stops if the sender has gone."""
        question, language = inquiry.question.strip(), inquiry.language or "en"
        last = waiting = pending(question, language)
        if (off := self.service.records.announcing.off) is not None:
            return answer_while_paused(self.service, waiting, off, language)
        note_question(" ".join([question, *(turn.content for turn in inquiry.history)]))
        made = self.service.bot.stream(question, inquiry.history, inquiry.language, country=inquiry.country)
        with closing(self.service.steps.timed(made)) as answers:  # type: ignore[type-var]
            for answer in answers:
                check_cancelled()
                last = answer
        answer = replace(last, id=waiting.id, asked_at=waiting.asked_at)
        note(self.service.records, answer, inquiry.language or answer.language)
        return answer
