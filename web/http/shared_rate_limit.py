"""Rate limit that holds across the processes of one service."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from records import Hits, Records, RecordsUnavailableError
from web.http.rate_limit import RateLimiter


class SharedRateLimiter(RateLimiter):
    """Rate limiter whose hits are in the database of the records.

    While the database is away, each process counts for itself.
    """

    def __init__(self, most: int, seconds: float, hits: Hits, kind: str) -> None:
        """`kind` separates these keys from those of other limits."""
        super().__init__(most, seconds)
        self.hits, self.kind = hits, kind

    def hit(self, key: str, most: int | None = None) -> bool:
        """Checks that a hit is allowed now in all processes; if so, it counts."""
        try:
            return self.hits.hit(self.name(key), self.most if most is None else most, self.seconds)
        except RecordsUnavailableError:
            return super().hit(key, most)

    def seconds_left(self, key: str) -> int:
        """Returns the seconds until the oldest hit no longer counts, at least 1."""
        try:
            first = self.hits.first(self.name(key))
        except RecordsUnavailableError:
            return super().seconds_left(key)
        gone = (datetime.now(UTC) - first).total_seconds() if first else self.seconds
        return max(1, math.ceil(self.seconds - gone))

    def count(self, key: str) -> int:
        """Returns the number of recent hits in all processes."""
        try:
            return self.hits.count(self.name(key), self.seconds)
        except RecordsUnavailableError:
            return super().count(key)

    def undo(self, key: str) -> None:
        """Undoes the last hit."""
        try:
            self.hits.undo(self.name(key))
        except RecordsUnavailableError:
            super().undo(key)

    def clear(self, key: str) -> None:
        """Forgets all hits of a key."""
        try:
            self.hits.clear(self.name(key))
        except RecordsUnavailableError:
            super().clear(key)

    def name(self, key: str) -> str:
        """Returns the name of a key in the database, which begins with its kind."""
        return f"{self.kind} {key}"


def limiter_for(records: Records, kind: str) -> Callable[[int, float], RateLimiter]:
    """Returns a factory of rate limiters, shared if the records are on a server.

    Its arguments are `most` hits and `seconds`.
    """
    if not records.hits.is_shared:
        return RateLimiter
    return lambda most, seconds: SharedRateLimiter(most, seconds, records.hits, kind)
