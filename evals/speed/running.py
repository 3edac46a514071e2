"""Runs peers: each in its own environment and process, which answers JSON lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from evals.results import ROOT, Report

INTERPRETERS = (sys.executable, "python3.13", "python3.12", "python3", "/usr/bin/python3")
INSTALL_SECONDS = 3_600
ANSWER_SECONDS = 1_800
OFFLINE = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "LOGFIRE_IGNORE_NO_CONFIG": "1"}
SHOWN = 600
"""Characters shown of the last output of a failed process."""


@dataclass(frozen=True)
class Told:
    """Seconds of a work, for each question or for all, and its chunks or passages."""

    seconds: Sequence[float]
    count: int


@dataclass(frozen=True)
class Peer:
    """Another program: its packages, the Python it needs at least, and its script."""

    name: str
    requirements: tuple[str, ...]
    python: tuple[int, int]
    script: str


class PeerFailedError(Exception):
    """A peer cannot be compared; `peer` is its name, the message says why."""

    def __init__(self, peer: str, reason: str) -> None:
        super().__init__(f"{peer}: {reason}")
        self.peer = peer


class Running:
    """A running peer: it answers a line of JSON with a line of JSON."""

    def __init__(self, peer: Peer, process: subprocess.Popen[str], errors: IO[bytes]) -> None:
        self.peer, self.process, self.errors = peer, process, errors
        self.version: str = self.ask("name")["name"]

    def tell(self, do: str, **values: object) -> Told:
        """Returns the seconds and the count that a command gives.

        Raises PeerFailedError if no answer comes within ANSWER_SECONDS.
        """
        answer = self.ask(do, **values)
        return Told(answer["seconds"], answer["count"])

    def ask(self, do: str, **values: object) -> dict[str, Any]:
        """Returns the answer to a command.

        Raises PeerFailedError if none comes within ANSWER_SECONDS.
        """
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin and stdout
        try:
            print(json.dumps({"do": do, **values}), file=stdin, flush=True)
            line = stdout.readline() if wait([stdout.fileno()], ANSWER_SECONDS) else ""
        except BrokenPipeError:
            line = ""
        if not line:
            raise self.explain_failure(do)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def explain_failure(self, do: str) -> PeerFailedError:
        """Returns the error for a missing answer, with the end of the process's output.

        A process that hangs is killed.
        """
        try:
            how = f"it ended with {self.process.wait(timeout=5)}"
        except subprocess.TimeoutExpired:
            self.process.kill()
            how = f"no answer in {ANSWER_SECONDS} seconds"
        self.errors.seek(0)
        said = ending(self.errors.read().decode(errors="replace"))
        return PeerFailedError(self.peer.name, f"{do}: {how}. {said}".strip())


@contextmanager
def run(peer: Peer, python: Path) -> Iterator[Running]:
    """Runs a peer's process in a context, without our modules and settings."""
    command = [str(python), "-I", str(Path(__file__).with_name(peer.script))]
    pipe = subprocess.PIPE
    with TemporaryDirectory() as folder, TemporaryFile() as errors:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **OFFLINE}, stdin=pipe, stdout=pipe, stderr=errors, text=True
        )
        try:
            yield Running(peer, process, errors)
        finally:
            process.kill()
            process.wait()


def environment(peer: Peer, report: Report) -> Path:
    """Returns the Python of a peer's environment, which is made if missing.

    Raises PeerFailedError if no Python is new enough, or the environment cannot be made.
    """
    place = ROOT / "data" / "peers" / peer.name
    python, installed = place / "bin" / "python", place / "installed.txt"
    wanted = "\n".join(peer.requirements)
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        report(f"{peer.name} is installed into {place} (once; some minutes)")
        install(peer, [interpreter(peer), "-m", "venv", "--clear", str(place)])
        install(peer, [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", *peer.requirements])
        installed.write_text(wanted, encoding="utf-8")
    return python


def interpreter(peer: Peer, names: Sequence[str] = INTERPRETERS) -> str:
    """Returns the path of the first Python that is new enough for a peer.

    Raises PeerFailedError if none of `names` is.
    """
    for name in names:
        path = shutil.which(name)
        if path and python_version(path) >= peer.python:
            return path
    needed = ".".join(map(str, peer.python))
    raise PeerFailedError(
        peer.name, f"it needs Python {needed} or newer, and none was found. Install it, then try again."
    )


def python_version(path: str) -> tuple[int, ...]:
    """Returns the major and minor version; (0,) if it does not start, as a bare shim."""
    command = [path, "-c", "import sys; print(*sys.version_info[:2])"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else (0,)


def install(peer: Peer, command: Sequence[str]) -> None:
    """Runs a command that makes the environment of a peer.

    Raises PeerFailedError if it fails, or takes more than INSTALL_SECONDS.
    """
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        said = ending(f"{error.stdout}{error.stderr}")
        raise PeerFailedError(peer.name, f"its environment could not be made: {said}") from None
    except subprocess.TimeoutExpired:
        raise PeerFailedError(peer.name, f"installing it took more than {INSTALL_SECONDS} seconds") from None


def ending(text: str) -> str:
    """Returns the end of a process's output, on one line."""
    return " ".join(text.split())[-SHOWN:]
