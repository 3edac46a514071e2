"""A real OpenID provider in a process of its own: Django's accounts, and the Django OAuth Toolkit."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.ports import free_port

PATIENCE = 60.0


@dataclass(frozen=True)
class RealProvider:
    """A provider that will run once it is known where it leads back to; `place` is its folder."""

    place: Path
    port: int = field(default_factory=free_port)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}/o"

    @contextmanager
    def running(self, back: str) -> Iterator[None]:
        """The provider, which leads who has signed in to the address `back` and to no other."""
        said = self.place / "provider.log"
        command = [sys.executable, "-m", "tests.support.openid_provider", str(self.port), str(self.place), back]
        with said.open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            end = time.monotonic() + PATIENCE
            while not self.answers():
                assert process.poll() is None and time.monotonic() < end, said.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5).is_success
        except httpx.HTTPError:
            return False
