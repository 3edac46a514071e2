"""A fork server of the loaders that is forked from a process which has imported them, which takes 1.5 s of a core."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

from ingest.loaders.fork_server import serve
from ingest.loaders.sandbox import NURSERY


class Forked:
    """A fork server as `Nursery` handles it: what it uses of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> None:
        """It lives as long as this process."""

    def wait(self) -> None:
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def fork_readers() -> None:
    """Files of this process, which must not have threads yet, are read by children of a fork of it."""
    NURSERY.channel, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        NURSERY.channel.close()
        os.setsid()
        os.dup2(theirs.fileno(), 0)
        theirs.close()
        serve()
        os._exit(0)
    theirs.close()
    NURSERY.process = Forked(pid)  # type: ignore[assignment]
