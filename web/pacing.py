"""How often one address may do a thing."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from threading import Lock

ADDRESSES = 10_000


class Pace:
    """At most `most` times in `seconds` for each key; the keys seen longest ago are forgotten."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.seen: OrderedDict[str, deque[float]] = OrderedDict()
        self.lock = Lock()

    def allows(self, key: str) -> bool:
        """Whether it may be done now; if so it counts."""
        now = time.monotonic()
        with self.lock:
            times = self.seen.setdefault(key, deque())
            self.seen.move_to_end(key)
            while times and times[0] < now - self.seconds:
                times.popleft()
            if len(self.seen) > ADDRESSES:
                self.seen.popitem(last=False)
            if len(times) >= self.most:
                return False
            times.append(now)
            return True
