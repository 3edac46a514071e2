"""Ports for servers that a test starts later."""

from __future__ import annotations

import os
import re
import socket
from itertools import cycle, islice

FIRST, EACH, WORKERS = 20_000, 1_000, 12
"""First port, ports of each worker, and number of workers.

All lie below 32768, above which Linux chooses: a port from there, bound and closed again, may be another process's
before the server starts.
"""


def ports_of(worker: str) -> range:
    """The ports of a worker of pytest-xdist ("gw3"; "" without workers), which no other worker takes."""
    number = int("".join(re.findall(r"\d", worker)) or 0) % WORKERS
    return range(FIRST + number * EACH, FIRST + (number + 1) * EACH)


own = ports_of(os.environ.get("PYTEST_XDIST_WORKER", ""))
coming = islice(cycle(own), os.getpid() % EACH, None)  # another run on this machine begins elsewhere


def free_port() -> int:
    """A port on which nobody listens, another one at each call."""
    return next(port for port in islice(coming, EACH) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
