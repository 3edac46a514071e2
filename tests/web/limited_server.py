"""A real server in a process of its own, with the limits of the app made small, and few file descriptors.

python -m tests.web.limited_server PORT '{"header_seconds": 1, …}' [TRUSTED]
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from ipaddress import ip_network
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from web.http.client_address import TrustedProxies
from web.http.connections import Limits, server_options

LARGE = b"x" * 8_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """What is asked: /body says how long the body is, /large sends much, /events sends a word each half second, /open
    says how many descriptors are open."""
    if scope["type"] != "http":
        return None
    start: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
    if scope["path"] == "/events":
        await send(start)
        for _ in range(8):
            await send({"type": "http.response.body", "body": b"data: still here\n\n", "more_body": True})
            await asyncio.sleep(0.5)
        return await send({"type": "http.response.body", "body": b"data: done\n\n"})
    answer = await answered(scope["path"], receive)
    await send(start)
    return await send({"type": "http.response.body", "body": answer})


async def answered(path: str, receive: Receive) -> bytes:
    if path == "/large":
        return LARGE
    if path == "/open":
        return str(len(os.listdir("/proc/self/fd"))).encode()  # noqa: PTH208
    length, more = 0, path == "/body"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        length, more = length + len(message["body"]), message["more_body"]
    return str(length).encode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    proxies = TrustedProxies([ip_network(text) for text in sys.argv[3:]])
    options = server_options(proxies, Limits(**json.loads(sys.argv[2])))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", **options)
