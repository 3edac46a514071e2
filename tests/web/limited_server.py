"""A real server for a process of its own, with the limits of the app made small, and few file descriptors."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
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


def serve(port: int, limits: Mapping[str, Any], trusted: Sequence[str], printed: Path) -> None:
    """Serves until it is killed; what it prints goes to a file."""
    for stream in (1, 2):
        os.dup2(os.open(printed, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    options = server_options(TrustedProxies([ip_network(text) for text in trusted]), Limits(**limits))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", **options)
