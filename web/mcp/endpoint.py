"""MCP server over HTTP at `/mcp`, with limits, pause and records of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from anyio.from_thread import check_cancelled
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.answer import Answer
from store.documents import Passage
from store.library import Library
from web.api.context import address_of
from web.chat.answering import stream_answers
from web.chat.banner import write_pause_message
from web.chat.conversation_state import pending
from web.chat.feedback import keep_exchange
from web.context import ChatContext
from web.http.fair_queue import FairQueue, QueueFullError
from web.http.rate_limit import client_key
from web.http.refusals import refusal
from web.i18n import FOREIGN, find_language, texts
from web.operations.request_context import note_question

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from web.mcp.server import Inquiry

CHANNEL = "mcp"
"""Channel of an exchange in the records."""


class McpEndpoint:
    """ASGI app of `/mcp`; makes its server at the first request.

    The MCP library takes a second to load.
    """

    path = "/mcp"
    """The route that the log names."""

    def __init__(self, service: ChatContext, library: Library, queue: FairQueue) -> None:
        self.service, self.library, self.queue = service, library, queue
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
        """Makes the server at the first request, and keeps it without sessions."""
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
        if scope["method"] != "POST":
            return await refuse_method(Request(scope))(scope, receive, send)
        self.wanted.set()
        await self.ready.wait()
        assert self.server is not None  # noqa: S101  # made before it is ready
        return await self.server.session_manager.handle_request(scope, receive, send)

    def make(self) -> MCPServer[Any]:
        """Makes the server, with turns, pause and records of the page."""
        from web.mcp.server import AssistantServer, knowledge_of

        whole = knowledge_of(self.library, self.answer)
        search = partial(self.search, whole.search)
        return AssistantServer(replace(whole, search=search, turn=self.turn, address=self.address))

    def address(self, request: Request) -> str:
        """Returns the address of the page for a sender, ending with a slash."""
        return address_of(request, self.library.settings.public_url)

    def search(self, whole: Callable[[str, int], Sequence[Passage]], query: str, limit: int) -> Sequence[Passage]:
        """Searches like the API.

        Raises ToolError while the service is paused.
        """
        from mcp.server.mcpserver.exceptions import ToolError

        if off := self.service.records.announcing.off:
            raise ToolError(write_pause_message(self.service, off, FOREIGN))
        note_question(query)
        return whole(query, limit)

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Waits for the sender's turn among visitors.

        Raises ToolError if too many wait.
        """
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            async with self.queue.guest_turn(request, client_key(request)):
                yield
        except QueueFullError as full:
            raise ToolError(texts(find_language(request.headers.get("accept-language", "")))[full.key]) from None

    def answer(self, inquiry: Inquiry) -> Answer:
        """Answers like the page: paused in maintenance, recorded.

        Stops if the sender has gone.
        """
        question, language = inquiry.question.strip(), inquiry.language or FOREIGN
        note_question(" ".join([question, *(turn.content for turn in inquiry.history)]))
        last = waiting = pending(question, language)
        made = stream_answers(self.service, waiting, inquiry.history, language, inquiry.country)
        with closing(made) as answers:
            for answer in answers:
                check_cancelled()
                last = answer
        keep_exchange(self.service.records, last, inquiry.language or last.language, CHANNEL)
        return last


def refuse_method(request: Request) -> Response:
    """Returns the response to a request for a stream, or for the end of a session.

    It must be 405: after 404, as for any unknown address, clients take their session for lost and ask nothing more.
    """
    response = refusal(request, "request.unknown", 405)
    response.headers["Allow"] = "POST"
    return response
