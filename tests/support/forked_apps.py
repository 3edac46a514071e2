"""Apps that are forked from a process which has imported them: each start takes some seconds of a core less.

A forked app does what `python app.py` does, and so do its fork server and its vector worker, which are forked as well.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from tests.support.forked_readers import fork_readers
from tests.support.forked_workers import fork_workers
from tests.support.forkserver import context
from tests.support.one_core import stay_on_one_core

ROOT = Path(__file__).resolve().parents[2]
NONE: Mapping[str, float] = MappingProxyType({})


class ForkedApp:
    """A running app: what tests use of a `Popen`. What it says is added to `output`.

    `waits` are seconds of the app that a test has shorter: {"ingest.watcher.RETRY_SECONDS": 0.5}.
    """

    def __init__(self, environment: Mapping[str, str], output: Path, waits: Mapping[str, float] = NONE) -> None:
        self.process = context.Process(target=become_app, args=(dict(environment), output, dict(waits)))
        self.process.start()

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("app.py", timeout or 0)

    def send_signal(self, by: signal.Signals) -> None:
        if self.process.exitcode is None:
            os.kill(self.pid, by)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start_alone(environment: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    """An app as its users start it, with processes that are its own children."""
    with output.open("ab") as file:
        return subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=file, stderr=file)


def become_app(environment: dict[str, str], output: Path, waits: dict[str, float]) -> None:
    """Runs the app in this process, which has no thread yet, and ends it."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(written, stream)
    stay_on_one_core()
    fork_readers()
    fork_workers()
    for name, seconds in waits.items():
        home, _, constant = name.rpartition(".")
        assert hasattr(import_module(home), constant), f"{name} is gone: nothing would be shorter"
        setattr(import_module(home), constant, seconds)
    import app

    sys.exit(app.main())
