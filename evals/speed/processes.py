"""Processes: descendants, memory and CPU time. Uses only the standard library."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PROCESSES = Path("/proc")
CPU_CLOCK = 2
"""CPUCLOCK_SCHED of Linux: the kind of a process's clock that counts CPU time."""


def family(ancestor: int) -> list[int]:
    """Returns a process and all its descendants, the ancestor first."""
    children: dict[int, list[int]] = {}
    for place in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            parent = (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(place.name))
    found = [ancestor]
    for process in found:
        found += children.get(process, [])
    return found


def memory(process: int, kind: str = "VmRSS") -> float:
    """Returns the MB of a process in RAM, or its peak (`VmHWM`); 0 if it has ended."""
    with suppress(OSError):
        for line in (PROCESSES / str(process) / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def busy_seconds(process: int) -> float:
    """Returns the CPU seconds of a process and of those it waited for; 0 if ended."""
    with suppress(OSError):
        fields = (PROCESSES / str(process) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        return sum(map(int, fields.split()[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def spent_seconds(processes: Sequence[int]) -> float:
    """Returns the CPU seconds of processes so far, to the microsecond.

    Linux has a clock for each process. One that has ended counts as 0.
    """
    total = 0.0
    for process in processes:
        with suppress(OSError):
            total += time.clock_gettime((~process << 3) | CPU_CLOCK)
    return total


def count_seconds(ledger: Path, read: Callable[..., Any], *arguments: object) -> Any:
    """Runs `read(*arguments)` and adds its CPU seconds to the ledger, a line each.

    They include child processes that it waited for. A reading process cannot be asked afterwards: it has ended, and no
    process waits for it.
    """
    before = processor_seconds()
    try:
        return read(*arguments)
    finally:
        with ledger.open("a", encoding="ascii") as file:
            file.write(f"{processor_seconds() - before}\n")


def processor_seconds() -> float:
    """Returns the CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
