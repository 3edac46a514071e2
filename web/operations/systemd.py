"""systemd notifications: the page is ready, and later its watchdog signal."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

from text.messages import message

CHECK_SECONDS = 5.0
"""Time limit of a health check."""


def notify(state: str) -> bool:
    """Sends a state such as READY=1 to the service manager (sd_notify(3)).

    False without a service manager.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        try:
            manager.sendto(state.encode(), address.replace("@", "\0", 1))
        except OSError:
            return False
    return True


def watchdog_seconds() -> float:
    """Returns the watchdog interval: half of the unit's limit; 0 without a watchdog."""
    owner = os.environ.get("WATCHDOG_PID", "")
    allowed = os.environ.get("WATCHDOG_USEC", "")
    if (owner and owner != str(os.getpid())) or not allowed.isdigit():
        return 0.0
    return int(allowed) / 2_000_000


def keep_notifying(is_well: Callable[[float], bool], stop: threading.Event) -> None:
    """Sends READY=1 at the first healthy check, and WATCHDOG=1 at each one after it.

    Sends nothing while unhealthy. Meant for a thread of its own: if native code holds the interpreter, the thread
    cannot run and sends nothing either.
    """
    every, is_ready = watchdog_seconds(), False
    while not stop.is_set():
        if is_well(CHECK_SECONDS):
            if not is_ready:
                is_ready = notify(f"READY=1\nSTATUS={message('console.serves')}")
            if every:
                notify("WATCHDOG=1")
        stop.wait(min(every, CHECK_SECONDS) if is_ready and every else 0.2 if not is_ready else CHECK_SECONDS)
