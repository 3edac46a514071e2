"""Fair timing: what is compared runs in turn, and medians are compared."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

RUNS = 5


def in_turn(works: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, list[float]]:
    """The seconds of each work, by name: every round runs each once, in an order that changes; a first round warms up
    and does not count."""
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
    """The value below which a share of them lies, 0 to 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {"p50 ms": round(1000 * median(seconds), 1), "p95 ms": round(1000 * percentile(seconds, 0.95), 1)}


def resident_megabytes() -> int:
    """The memory of this process that lies in RAM."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
