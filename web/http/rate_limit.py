"""Rate limit, and the key that identifies a visitor."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, IPv6Network
from threading import Lock

from starlette.requests import HTTPConnection

from web.http.client_address import read_address

ADDRESSES = 10_000
NETWORK = 64
"""Bits of an IPv6 network that one customer has at least (RFC 6177)."""


def client_key(connection: HTTPConnection) -> str:
    """Returns the key of the visitor: the IPv4 address, or the IPv6 network.

    Behind a proxy, `client_address` has already found the visitor's address.
    """
    return visitor_at(connection.client.host if connection.client else "")


def visitor_at(host: str) -> str:
    """Returns the key of the visitor at an address."""
    address = read_address(host)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), NETWORK), strict=False))
    return str(address or host)


class RateLimiter:
    """At most `most` hits in `seconds` for each key. Old keys are forgotten."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.seen: OrderedDict[str, deque[float]] = OrderedDict()
        self.lock = Lock()

    def hit(self, key: str, most: int | None = None) -> bool:
        """True if a hit is allowed now; if so, it counts.

        `most` is the limit of this key if it has one of its own.
        """
        now = time.monotonic()
        with self.lock:
            times = self.seen.setdefault(key, deque())
            self.seen.move_to_end(key)
            while times and times[0] < now - self.seconds:
                times.popleft()
            if len(self.seen) > ADDRESSES:
                self.seen.popitem(last=False)
            if len(times) >= (self.most if most is None else most):
                return False
            times.append(now)
            return True

    def seconds_left(self, key: str) -> int:
        """Returns the seconds until the oldest hit no longer counts, at least 1."""
        with self.lock:
            times = self.seen.get(key)
            return max(1, math.ceil(times[0] + self.seconds - time.monotonic())) if times else 1

    def count(self, key: str) -> int:
        """Returns the number of recent hits."""
        since = time.monotonic() - self.seconds
        with self.lock:
            return sum(each >= since for each in self.seen.get(key, ()))

    def undo(self, key: str) -> None:
        """Undoes the last hit."""
        with self.lock:
            if self.seen.get(key):
                self.seen[key].pop()

    def clear(self, key: str) -> None:
        """Forgets all hits of a key."""
        with self.lock:
            self.seen.pop(key, None)
