"""Fair timing: works run in turn, and medians are compared."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

RUNS = 5


def in_turn(works: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, list[float]]:
    """Returns the seconds of each work, by name.

    Every round runs each work once, in a changing order. A first round warms up and does not count.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for number in range(runs + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            gc.collect()
            started = time.perf_counter()
            works[name]()
            if number:
                taken[name].append(time.perf_counter() - started)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the value below which a share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Returns median and 95th percentile, in milliseconds."""
    return {"p50 ms": round(1000 * median(seconds), 1), "p95 ms": round(1000 * percentile(seconds, 0.95), 1)}


def resident_megabytes() -> int:
    """Returns the MB of this process in RAM."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
