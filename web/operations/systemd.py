"""Word to systemd: that the page serves, and from time to time that it is well."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

CHECK_SECONDS = 5.0
"""How long a check may take before it counts as failed."""


def notify(message: str) -> bool:
    """Sends a message such as READY=1 to the service manager; False where there is none (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        try:
            manager.sendto(message.encode(), address.replace("@", "\0", 1))
        except OSError:
            return False
    return True


def watchdog_seconds() -> float:
    """How often to say that all is well: half of what the unit allows; 0 where nobody listens."""
    owner = os.environ.get("WATCHDOG_PID", "")
    allowed = os.environ.get("WATCHDOG_USEC", "")
    if (owner and owner != str(os.getpid())) or not allowed.isdigit():
        return 0.0
    return int(allowed) / 2_000_000


def keep_notifying(is_well: Callable[[float], bool], stop: threading.Event) -> None:
    """Says READY=1 the first time that all is well, and WATCHDOG=1 each time after; nothing while it is not.

    Meant for a thread of its own: one that cannot run, because native code holds the interpreter, says nothing either.
    """
    every, is_ready = watchdog_seconds(), False
    while not stop.is_set():
        if is_well(CHECK_SECONDS):
            if not is_ready:
                is_ready = notify("READY=1\nSTATUS=The page serves.")
            if every:
                notify("WATCHDOG=1")
        stop.wait(min(every, CHECK_SECONDS) if is_ready and every else 0.2 if not is_ready else CHECK_SECONDS)
