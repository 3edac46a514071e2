"""The app as it is started for people: a process of its own over two short guides."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from settings import Settings
from tests.serving import WITHOUT
from tests.support.forked_apps import ForkedApp
from tests.support.ports import free_port
from tests.web.staff.samples import FOLDER

QUESTION = "俄罗斯的企业所得税税率是多少？"
START_SECONDS = 180


@dataclass(frozen=True)
class Running:
    """A running app: where it listens, and what it wrote."""

    port: int
    root_path: str
    output: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.root_path}/"

    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")


@contextmanager
def running(place: Path, root_path: str = "", **settings: str) -> Iterator[Running]:
    """An app that is ready; it is stopped in the end."""
    lay(place / "knowledge")
    app = Running(free_port(), root_path, place / "output")
    given = {"KNOWLEDGE_DIR": place / "knowledge", "DATA_DIR": place / "data", "PORT": app.port} | WITHOUT
    given |= {"ROOT_PATH": root_path} | trusting_this_machine() | settings
    environment = os.environ | {f"ASSISTANT_{name}": str(value) for name, value in given.items()}
    app.output.unlink(missing_ok=True)
    process = ForkedApp(environment, app.output)
    try:
        wait_until_ready(app, process)
        yield app
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def lay(knowledge: Path) -> None:
    """Writes the guides. Embedding two whole ones takes 20 s of processor time."""
    for source, text in FOLDER.items():
        (knowledge / source).parent.mkdir(parents=True, exist_ok=True)
        (knowledge / source).write_text(text, encoding="utf-8")


def trusting_this_machine() -> dict[str, str]:
    """The setting by which a proxy on this machine is believed, where there is one."""
    return {"TRUSTED_PROXIES": "127.0.0.1"} if "trusted_proxies" in Settings.model_fields else {}


def wait_until_ready(app: Running, process: ForkedApp) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{app.address}ready", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"The app did not get ready.\n{app.log()}")
