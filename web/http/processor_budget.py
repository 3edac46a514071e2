"""Processor budget of each visitor: a visitor who has used it up has to wait."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from threading import Lock

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.limits import (
    MOST_AT_ONCE,
    MOST_AT_ONCE_OF_A_VISITOR,
    MOST_WAITING_OF_A_VISITOR,
    RETRY_SECONDS,
    SECONDS_AT_ONCE,
    SECONDS_PER_SECOND,
)
from web.http.rate_limit import ADDRESSES, client_key
from web.http.refusals import refusal

QUESTION = re.compile(r"/gradio_api/queue/join|/api/v1/(ask|ask/stream|search)|/v1/(chat/completions|embeddings)")
"""Addresses of questions, which wait in a queue with its own concurrency limit."""
MADE = re.compile(rf"{QUESTION.pattern}|/gradio_api/run/.*|/(save\.docx|qr\.svg)|/source(/page\.webp)?")
"""Addresses whose responses take processor time."""
SECONDS_PER_BYTE = 5e-7
"""Processor seconds charged in advance per byte of a request body, for parsing.

Answers are not charged: `fair_queue` makes a visitor with many questions wait for the others.
"""


class ProcessorBudget:
    """Seconds of the processor by visitor: one token bucket each, refilled over time."""

    def __init__(self, most: float = SECONDS_AT_ONCE, per_second: float = SECONDS_PER_SECOND) -> None:
        self.most, self.per_second = most, per_second
        self.used: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By visitor: the seconds used and not yet regained, and the time of that count."""
        self.lock = Lock()

    def allows(self, who: str) -> bool:
        """True if the visitor has any budget left."""
        return self.spent(who) < self.most

    def spent(self, who: str) -> float:
        """Returns the seconds that a visitor has used and not yet regained."""
        used, at = self.used.get(who, (0.0, 0.0))
        return max(0.0, used - (time.monotonic() - at) * self.per_second)

    def charge(self, who: str, seconds: float) -> None:
        """Charges `seconds` to a visitor. The visitors seen longest ago are forgotten."""
        with self.lock:
            self.used[who] = self.spent(who) + seconds, time.monotonic()
            self.used.move_to_end(who)
            if len(self.used) > ADDRESSES:
                self.used.popitem(last=False)


PAYER: ContextVar[tuple[ProcessorBudget, str] | None] = ContextVar("payer", default=None)
"""Budget and visitor to charge; None without a request, as in tests."""


@contextmanager
def charge_visitor() -> Iterator[None]:
    """Charges the processor time of this thread inside the block to the visitor."""
    start, payer = time.thread_time(), PAYER.get()
    try:
        yield
    finally:
        if payer:
            payer[0].charge(payer[1], time.thread_time() - start)


class Turns:
    """Concurrency limit for rendering: a few at once, fewer for one visitor.

    Used only on the event loop.
    """

    def __init__(self) -> None:
        self.everybody = asyncio.Semaphore(MOST_AT_ONCE)
        self.own: dict[str, asyncio.Semaphore] = {}
        self.waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Waits for a turn.

        Raises TooManyWaitingError if the visitor has too many requests waiting already.
        """
        if self.waiting[who] >= MOST_WAITING_OF_A_VISITOR:
            raise TooManyWaitingError
        own = self.own.setdefault(who, asyncio.Semaphore(MOST_AT_ONCE_OF_A_VISITOR))
        self.waiting[who] += 1
        try:
            async with own, self.everybody:
                yield
        finally:
            self.waiting[who] -= 1
            if not self.waiting[who]:
                del self.waiting[who], self.own[who]


class TooManyWaitingError(Exception):
    """Too many requests of one visitor are waiting."""


class ProcessorShare:
    """ASGI middleware: refuses visitors without budget.

    The body must have been read before.
    """

    def __init__(self, app: ASGIApp, budget: ProcessorBudget) -> None:
        self.app, self.budget, self.turns = app, budget, Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if not MADE.fullmatch(path):
            return await self.app(scope, receive, send)
        request = Request(scope)
        who = client_key(request)
        if not self.budget.allows(who):
            return await too_much(request)(scope, receive, send)
        self.budget.charge(who, price(request))
        if QUESTION.fullmatch(path):
            return await self.app(scope, receive, send)
        try:
            return await self.run_in_turn(request, receive, send, who)
        except TooManyWaitingError:
            return await too_much(request)(scope, receive, send)

    async def run_in_turn(self, request: Request, receive: Receive, send: Send, who: str) -> None:
        """Runs the app in turn.

        The turn ends when the response starts, however slowly the client reads it.
        """
        PAYER.set((self.budget, who))
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self.turns.turn(who))

            async def send_when_made(message: Message) -> None:
                await turn.aclose()
                await send(message)

            await self.app(request.scope, receive, send_when_made)


def price(request: Request) -> float:
    """Returns the processor seconds to charge in advance for the body of a request."""
    return int(request.headers.get("content-length") or 0) * SECONDS_PER_BYTE


def too_much(request: Request) -> JSONResponse:
    """Returns the 429 response to a visitor without budget or turn."""
    return refusal(request, "request.too_much", 429, RETRY_SECONDS)
