"""Services that the API needs, and how its routes get at them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from anyio import CancelScope
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from records import ApiKey
from web.context import ChatContext
from web.http.fair_queue import FairQueue
from web.http.problems import root_of
from web.http.rate_limit import RateLimiter
from web.staff.context import StaffContext

KEY_RATE = 0, 60.0
"""Requests and seconds: each key has a limit of its own, and lets nothing through without one."""
Sent = TypeVar("Sent")


@dataclass(frozen=True)
class ApiContext:
    """Services of the API.

    - `service`: those of the page; questions are asked and kept as there.
    - `queue`: turns of questions, shared with the page.
    - `room`: those of the staff pages; documents are changed as there.
    - `pace`: counts the requests of each key.
    """

    service: ChatContext
    queue: FairQueue
    room: StaffContext
    pace: RateLimiter = field(default_factory=lambda: RateLimiter(*KEY_RATE))

    def turn(self, request: Request, key: ApiKey) -> AbstractAsyncContextManager[None]:
        """Waits for the turn of a question; a key counts as one visitor.

        Raises QueueFullError if too many questions wait.
        """
        return self.queue.guest_turn(request, visitor(key))


def visitor(key: ApiKey) -> str:
    """Returns the name of a key in the queue."""
    return f"key {key.id}"


def author(key: ApiKey) -> str:
    """Returns the name of a key in the audit log and in the trash."""
    return f"API: {key.name}"


def api_of(request: Request) -> ApiContext:
    """Returns the services of the app that serves a request."""
    api: ApiContext = request.app.state.api
    return api


Api = Annotated[ApiContext, Depends(api_of)]


def home(request: Request, api: ApiContext) -> str:
    """Returns the public URL of the page, ending with a slash.

    The setting has priority, else that of the request.
    """
    return address_of(request, api.room.settings.public_url)


def address_of(request: Request, public_url: str) -> str:
    """Returns the public URL of the page, or that of a request, ending with a slash."""
    if public_url:
        return f"{public_url.rstrip('/')}/"
    return f"{request.url.scheme}://{request.url.netloc}{root_of(request)}/"


async def in_threads(made: Generator[Sent, None, None]) -> AsyncIterator[Sent]:
    """Iterates over a generator in threads; closes it, also if the client has gone."""
    try:
        while (each := await run_in_threadpool(next, made, None)) is not None:
            yield each
    finally:
        with CancelScope(shield=True):
            await run_in_threadpool(made.close)
