"""Processes: who descends from whom, the memory and the CPU time that they take. Needs the standard library only."""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PROCESSES = Path("/proc")


def family(ancestor: int) -> list[int]:
    """A process and all that descend from it, the ancestor first."""
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
    """The MB of a process that lie in RAM, or lay there at most (`VmHWM`); 0 where it has ended."""
    with suppress(OSError):
        for line in (PROCESSES / str(process) / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def counted(ledger: Path, read: Callable[..., Any], *arguments: object) -> Any:
    """`read(*arguments)`; adds the CPU seconds of this process and of those it waited for to the ledger, a line each.

    A reading process cannot be asked afterwards: it is gone, and nobody waits for it.
    """
    before = processor_seconds()
    try:
        return read(*arguments)
    finally:
        with ledger.open("a", encoding="ascii") as file:
            file.write(f"{processor_seconds() - before}\n")


def processor_seconds() -> float:
    """What this process and those that it waited for have taken of the processors."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
