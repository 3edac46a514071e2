"""Processes that stop answering without ending."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def freeze(pid: int) -> None:
    """Stops a process until SIGCONT, and returns when none of its threads runs any more.

    The signal alone is not enough: on a busy machine the threads of the process go on for a moment, and answer.
    """
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 30
    while any(state(each) not in "TZX" for each in Path(f"/proc/{pid}/task").iterdir()):
        assert time.monotonic() < deadline, f"process {pid} does not stop"
        time.sleep(0.005)


def state(task: Path) -> str:
    """One letter, as the kernel gives it: T is stopped; X where the thread is gone."""
    try:
        return task.joinpath("stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "X"
