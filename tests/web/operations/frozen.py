"""A process that serves a page, tells the service manager that it is well, and then lets native code hold the GIL."""

from __future__ import annotations

import ctypes
import sys
import tempfile
import threading
import time
from pathlib import Path

from evals.serving import serve
from tests.support.scripted import Scripted
from tests.web.conftest import behind
from web.app import build
from web.health import Health
from web.operations.probes import Operating
from web.operations.systemd import keep_notifying

SECONDS = 60


def main() -> None:
    """Writes the address, serves until a line comes in, then holds the interpreter for SECONDS."""
    health = Health()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(build(behind(Scripted(), Path(folder)), operating=Operating(health))) as address,
    ):
        telling = threading.Thread(target=keep_notifying, args=(health.check_from_outside, threading.Event()))
        telling.daemon = True
        telling.start()
        print(address, flush=True)
        sys.stdin.readline()
        ctypes.PyDLL(None).usleep(SECONDS * 1_000_000)
        time.sleep(SECONDS)


if __name__ == "__main__":
    main()
