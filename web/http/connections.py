"""Connection limits of the server: how many, and how long one may stall.

uvicorn alone waits without limit for the end of a header, for a body and for a reader. It accepts connections until the
process has no file descriptors left, and then all clients are reset. A proxy in front may do better, but is optional.
"""

from __future__ import annotations

import asyncio
import fcntl
import sys
import termios
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from web.http.client_address import TrustedProxies
from web.http.descriptors import raise_descriptors
from web.http.rate_limit import visitor_at
from web.i18n import DEFAULT, FOREIGN, texts

RESERVED = 512
"""File descriptors for other uses: index, records, loaders, uncounted connections."""
BACKLOG = 256
"""Connections that the system may hand over at once."""
TO_BE_TOLD = 64
"""Excess connections that stay open to receive a 503 response."""
PROXY_IDLE_SECONDS = 180
"""Idle timeout for proxies: their request on a connection just closed would fail."""


@dataclass(frozen=True)
class Limits:
    """Limits of connections.

    `slowest` is in bytes a second. A client that sends less of a body, or reads less of a response, over
    `stall_seconds` is disconnected. A response that has nothing to send for a while, such as an event stream, is never
    ended.
    """

    connections: int = 4096
    of_one_peer: int = 512
    header_seconds: float = 10.0
    header_bytes: int = 65_536
    idle_seconds: int = 10
    stall_seconds: float = 30.0
    slowest: int = 500


class Connections:
    """Connections by last use, oldest first, and by peer (IPv4 address, IPv6 network)."""

    def __init__(self, limits: Limits, proxies: TrustedProxies) -> None:
        self.limits, self.proxies = limits, proxies
        self.most = max(1, min(limits.connections, raise_descriptors() - RESERVED))
        self.held: dict[Connection, None] = {}
        self.of_peer: dict[str, dict[Connection, None]] = {}
        self.is_watching = False

    def add(self, connection: Connection) -> None:
        """Adds a connection; above the limit, the longest idle one is closed.

        If none is idle, the new one is refused. One with a running request is never closed to make room.
        """
        siblings = self.of_peer.setdefault(connection.peer, {})
        self.held[connection] = siblings[connection] = None
        if not connection.is_trusted and len(siblings) > self.limits.of_one_peer:
            self.make_room(siblings, connection)
        elif len(self.held) > self.most:
            self.make_room(self.held, connection)
        if not self.is_watching:
            self.watch(connection.loop)

    def make_room(self, among: Iterable[Connection], newcomer: Connection) -> None:
        """Closes the first idle connection, or else refuses the newcomer."""
        if rested := next((each for each in among if each.is_idle() and each is not newcomer), None):
            rested.transport.close()
        elif sum(each.is_refused for each in self.held) < TO_BE_TOLD:
            newcomer.is_refused, newcomer.awaited_since = True, newcomer.loop.time()
        else:
            newcomer.transport.abort()

    def remove(self, connection: Connection) -> None:
        """Forgets a connection, and with the last one its peer."""
        self.held.pop(connection, None)
        siblings = self.of_peer.get(connection.peer, {})
        siblings.pop(connection, None)
        if not siblings:
            self.of_peer.pop(connection.peer, None)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Checks all connections at least once a second, with a single timer."""
        for connection in tuple(self.held):
            connection.end_if_overdue(loop.time())
        self.is_watching = bool(self.held)
        if self.is_watching:
            loop.call_later(min(1.0, self.limits.header_seconds / 4), self.watch, loop)


class Connection(HttpToolsProtocol):
    """A connection that is ended when its client stalls."""

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self.every_connection, self.limits = connections, connections.limits
        self.peer, self.is_trusted, self.is_refused = "", False, False
        self.awaited_since: float | None = None
        """Start of the wait for a request header; None while none is awaited."""
        self.received = self.header_received = 0
        self.has_body_to_come = False
        self.seen: tuple[float, int, int] | None = None
        """Current measurement: start time, bytes received and bytes unsent then."""
        self.under_way: list[RequestResponseCycle] = []
        """Requests with incomplete responses: the current one, and later ones."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Adds the connection; waits for its first header unless a trusted proxy made it."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.peer, self.is_trusted = visitor_at(host), self.every_connection.proxies.trusts(host)
        if self.is_trusted:
            self.timeout_keep_alive = PROXY_IDLE_SECONDS
        else:
            self.awaited_since = self.loop.time()
        self.every_connection.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells all running requests that their client has gone, and forgets it."""
        super().connection_lost(exc)
        for each in self.under_way:  # uvicorn tells only the last one about the disconnect
            each.disconnected = True
            each.message_event.set()
        self.every_connection.remove(self)

    def data_received(self, data: bytes) -> None:
        """Takes received data; a refused connection gets its 503 response instead."""
        if self.is_refused:
            self.refuse(503, "connection.too_many")
        elif not self.transport.is_closing():
            self.take(data)

    def take(self, data: bytes) -> None:
        """Processes received data and tracks whether a request header is incomplete."""
        self.received += len(data)
        if self.is_between():
            self.header_received += len(data)
            self.awaited_since = self.awaited_since or self.loop.time()
        super().data_received(data)
        if not self.is_between():
            self.awaited_since, self.header_received = None, 0
        elif self.header_received > self.limits.header_bytes:
            self.refuse(431, "connection.header_too_large")

    def on_headers_complete(self) -> None:
        """Notes a request that runs and whose body may still come."""
        super().on_headers_complete()
        self.has_body_to_come = True
        self.under_way = [*(each for each in self.under_way if not each.response_complete), self.cycle]
        for held in (self.every_connection.held, self.every_connection.of_peer[self.peer]):
            held[self] = held.pop(self)  # behind those that were last used before

    def on_message_complete(self) -> None:
        """Notes that the body has come; waits for a header if it was answered before."""
        super().on_message_complete()
        self.has_body_to_come = False
        if not self.is_busy():  # answered before the body arrived: uvicorn would now wait without limit
            self.awaited_since = self.loop.time()

    def _unsupported_upgrade_warning(self) -> None:
        """Does nothing: WebSocket requests get a normal response."""

    def resume_writing(self) -> None:
        """Goes on writing, and measures anew."""
        super().resume_writing()
        self.seen = None  # the client has read most of the buffer

    def is_busy(self) -> bool:
        """True while a request runs: its header is complete, its response is not."""
        return self.cycle is not None and not self.cycle.response_complete

    def is_between(self) -> bool:
        """True if the next data is the start of a request, or more of its header."""
        return not (self.is_busy() or self.has_body_to_come)

    def is_idle(self) -> bool:
        """True if the connection may be closed without harm."""
        return not (self.is_busy() or self.is_refused or self.transport.is_closing())

    def end_if_overdue(self, now: float) -> None:
        """Ends a stalled connection, or refuses a header that takes too long."""
        if self.is_stalled(now):
            self.transport.abort()
        elif self.awaited_since is None or not self.is_between() or self.transport.is_closing():
            return
        elif now - self.awaited_since > self.limits.header_seconds:
            self.refuse(408, "connection.too_slow")

    def is_stalled(self, now: float) -> bool:
        """True if the client, when it was its turn, sent or read too little for too long."""
        unsent = self.untaken()
        is_sending = self.has_body_to_come and not self.flow.read_paused
        if not is_sending and not (unsent and (self.flow.write_paused or not self.is_busy())):
            self.seen = None
            return False
        since, received, left = self.seen = self.seen or (now, self.received, unsent)
        if now - since < self.limits.stall_seconds:
            return False
        self.seen = None
        return self.received - received + left - unsent < self.limits.slowest * self.limits.stall_seconds

    def untaken(self) -> int:
        """Bytes of responses that the client has not read; 0 if this process holds none.

        If it holds some, the system's buffer counts too: Linux buffers megabytes, and takes more once a third is gone.
        """
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            with suppress(OSError):  # not all systems support TIOCOUTQ
                descriptor = self.transport.get_extra_info("socket").fileno()
                unsent += int.from_bytes(fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
        return unsent

    def refuse(self, status: int, reason: str) -> None:
        """Sends the text `reason`, in two languages as none is known yet, and closes."""
        if self.transport.is_closing():
            return
        body = " ".join(texts(language)[reason] for language in (DEFAULT, FOREIGN)).encode()
        headers = f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\nretry-after: 5\r\n"
        self.transport.write(STATUS_LINE[status] + headers.encode() + b"connection: close\r\n\r\n" + body)
        self.transport.close()


def server_options(proxies: TrustedProxies | None = None, limits: Limits | None = None) -> dict[str, Any]:
    """Options of uvicorn for these limits, without WebSocket (the app has none).

    Its own proxy headers are off: it trusts every program of this machine. `client_address` reads them instead.
    """
    limits = limits or Limits()
    connections = Connections(limits, proxies or TrustedProxies())
    return {
        "backlog": BACKLOG,
        "http": partial(Connection, connections),
        "proxy_headers": False,
        "timeout_keep_alive": limits.idle_seconds,
        "ws": "none",
    }
