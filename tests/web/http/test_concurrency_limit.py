"""Of one visitor so many requests are worked on at once, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from web.http.concurrency_limit import AT_ONCE, OPEN, RequestLimit


class Site:
    """An app that counts what it works on, and goes on when told."""

    def __init__(self) -> None:
        self.busy = self.most = self.done = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while scope["method"] == "POST" and (await receive()).get("more_body"):
            pass
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            await self.go.wait()
            if "wrong" in scope["path"]:
                raise ZeroDivisionError
            self.done += 1
        finally:
            self.busy -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def request(
    limit: RequestLimit, host: str, path: str = "/x", method: str = "GET", body: Callable[[], Any] | None = None
) -> int:
    """The status of the answer."""
    scope: Scope = {"type": "http", "method": method, "path": path, "client": (host, 1), "headers": []}
    statuses: list[int] = []

    async def receive() -> Message:
        more = bool(await body()) if body else False
        return {"type": "http.request", "body": b"", "more_body": more}

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    await limit(scope, receive, send)
    return statuses[0]


def run(story: Callable[[Site, RequestLimit], Coroutine[Any, Any, None]]) -> None:
    async def told() -> None:
        site = Site()
        limit = RequestLimit(site)
        await asyncio.wait_for(story(site, limit), 30)
        assert not limit.shares, "nothing is left over"

    with ThreadPoolExecutor(1) as thread:  # Playwright keeps a loop in this one
        thread.submit(lambda: asyncio.run(told())).result()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_who_asks_for_much_holds_up_nobody_else(method: str) -> None:
    async def story(site: Site, limit: RequestLimit) -> None:
        many = [asyncio.create_task(request(limit, "192.0.2.1", method=method)) for _ in range(100)]
        await settled()
        assert site.busy == AT_ONCE
        other = asyncio.create_task(request(limit, "192.0.2.2", method=method))
        staff = asyncio.create_task(request(limit, "192.0.2.1", "/staff/sign-in", method))
        await settled()
        assert site.busy == AT_ONCE + 2
        site.go.set()
        assert [await each for each in (*many, other, staff)] == [200] * 102
        assert site.most == AT_ONCE + 2

    run(story)


def test_what_is_open_long_takes_no_turn_and_is_bounded() -> None:
    async def story(site: Site, limit: RequestLimit) -> None:
        streams = [
            asyncio.create_task(request(limit, "192.0.2.1", f"/gradio_api/heartbeat/{number}"))
            for number in range(OPEN)
        ]
        await settled()
        assert site.busy == OPEN
        assert await request(limit, "192.0.2.1") == 503
        site.go.set()
        assert await request(limit, "192.0.2.2") == 200
        await asyncio.gather(*streams)

    run(story)


def test_a_body_that_comes_slowly_takes_no_turn() -> None:
    async def story(site: Site, limit: RequestLimit) -> None:
        site.go.set()
        here = asyncio.Event()
        slow = [
            asyncio.create_task(request(limit, "192.0.2.1", method="POST", body=lambda: late(here)))
            for _ in range(AT_ONCE)
        ]
        await settled()
        assert await request(limit, "192.0.2.1") == 200
        here.set()
        await asyncio.gather(*slow)

    async def late(here: asyncio.Event) -> bool:
        await here.wait()
        return False

    run(story)


def test_a_turn_is_given_back_when_the_app_fails_or_the_sender_goes() -> None:
    async def story(site: Site, limit: RequestLimit) -> None:
        gone = [asyncio.create_task(request(limit, "192.0.2.1")) for _ in range(2 * AT_ONCE)]
        await settled()
        for each in gone:
            each.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        site.go.set()
        for _ in range(2 * AT_ONCE):
            with pytest.raises(ZeroDivisionError):
                await request(limit, "192.0.2.1", "/wrong")
        assert await request(limit, "192.0.2.1") == 200

    run(story)
