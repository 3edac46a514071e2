"""Ends the process, also if threads hang, or starts its program anew."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

LAST_SECONDS = 4
"""Seconds after which the process ends, whatever still runs.

The index survives a kill at any point.
"""
LOOK_SECONDS = 0.5
"""Seconds between two checks for a server that stops."""
RESTARTS = threading.Event()
"""Set if the program is to begin anew when it ends."""


def end_in_time(server: uvicorn.Server) -> None:
    """Ends the process if a hanging thread keeps the server from stopping."""
    while not server.should_exit:
        time.sleep(LOOK_SECONDS)
    time.sleep(LAST_SECONDS)
    end_process()


def restart() -> None:
    """Ends the app as Ctrl+C does, and starts it anew."""
    RESTARTS.set()
    os.kill(os.getpid(), signal.SIGINT)  # after SIGTERM uvicorn ends the process itself


def end_process() -> None:
    """Ends the process; after `restart` the same command begins anew in it.

    Locks, sockets and pipes close with it.
    """
    if RESTARTS.is_set():
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (the own command)
    os._exit(0)
