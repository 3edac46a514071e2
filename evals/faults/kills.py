"""Eval of kills (SIGKILL) during commands: losses, wrong answers, time to recover."""

from __future__ import annotations

import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.faults.killed import Found, look, run_to_the_end
from evals.folders import USED_PLACES
from evals.results import Cell, Report, Table
from store.library import UNFINISHED

ROUNDS = 40
SUBJECTS = ("备案", "登记", "核准")
PATIENCE = 300.0
QUICK = {"ANSWERABILITY": "none", "EMBEDDING_ENGINE": "portable"}
"""Settings with which a process has its models at once."""
NOTE = (
    "Each round kills one command at a random moment of its time, looks at once, runs the same again to its end,"
    " and looks again. wrong: answers right after the kill that are neither of the old nor of the new version. lost:"
    " documents, vectors and files that are lacking after the second run. embedded again: chunks without a vector"
    " after the kill. well after: seconds from the kill to the end of the second run, median and longest."
)
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["evals.faults.killed"])


@dataclass
class Place:
    """An installation: its folders, document version, and place of the vectors."""

    folder: Path
    server: str
    version: int = 0
    is_on_server: bool = False
    backups: list[Path] = field(default_factory=list)

    def write(self, version: int) -> None:
        """Writes a version of each document: its figure is the version."""
        self.version = version
        (self.folder / "knowledge").mkdir(exist_ok=True)
        for number, subject in enumerate(SUBJECTS):
            line = f"境外投资{subject}需要{version}个工作日。"
            more = "\n\n".join(f"{subject}的第{each}项材料一式两份。" for each in range(5))
            text = f"# 境外投资{subject}指南\n\n{line}\n\n{more}\n"
            (self.folder / "knowledge" / f"{number}.md").write_text(text, encoding="utf-8")

    def environment(self, is_on_server: bool) -> dict[str, str]:
        """Returns the settings of a command, with the vectors on the server or in files."""
        own = {"KNOWLEDGE_DIR": str(self.folder / "knowledge"), "DATA_DIR": str(self.folder / "data")}
        own |= dict.fromkeys(USED_PLACES, "") | {"CHROMA_URL": self.server if is_on_server else ""} | QUICK
        return {f"ASSISTANT_{name}": value for name, value in own.items()}


@dataclass
class Round:
    """Result of killing a command. `is_late`: it had ended before the kill."""

    is_late: bool
    wrong: int
    lost: int
    again: int
    seconds: float


def tables(_: Path, report: Report, rounds: int = ROUNDS) -> list[Table]:
    """Returns for each command what its kills did."""
    chance = random.Random(20261127)  # noqa: S311  # moments, no secrets
    kinds = (Syncing(), BackingUp(), Restoring(), Moving())
    found: dict[str, list[Round]] = {each.name: [] for each in kinds}
    with TemporaryDirectory() as folder, chroma(Path(folder) / "chroma") as server:
        place = Place(Path(folder), server)
        usual = {each.name: each.time_command(place) for each in kinds}
        for number in range(rounds):
            kind = kinds[number % len(kinds)]
            done = kind.run_round(place, chance.uniform(0.02, usual[kind.name]))
            found[kind.name].append(done)
            report(f"{number + 1} of {rounds}: {kind.name} {done}")
    return [Table("Commands killed at random", [kill_row(name, rounds) for name, rounds in found.items()], NOTE)]


def kill_row(name: str, rounds: Sequence[Round]) -> dict[str, Cell]:
    """Returns the sums over a command's rounds, and median and longest seconds."""
    times = [each.seconds for each in rounds]
    return {
        "command": name,
        "kills": len(rounds),
        "of them after its end": sum(each.is_late for each in rounds),
        "wrong": sum(each.wrong for each in rounds),
        "lost": sum(each.lost for each in rounds),
        "embedded again": sum(each.again for each in rounds),
        "well after s": f"{statistics.median(times):.1f}, {max(times):.1f}",
    }


class Syncing:
    """`ingest sync` after each document has changed."""

    name = "ingest sync"

    def begin(self, place: Place) -> Sequence[str]:
        """Prepares a round; returns the arguments of the command."""
        place.write(place.version + 1)
        return ("sync",)

    def count_lost(self, place: Place, found: Found) -> int:
        """Returns how much is missing after the second run."""
        wrong = sum(f"需要{place.version}个工作日" not in answer for answer in found.answers)
        return wrong + found.unembedded + abs(found.chunks - found.vectors)

    def time_command(self, place: Place) -> float:
        """Raises RuntimeError if the command fails without a kill; returns its seconds."""
        started = time.monotonic()
        code, _ = run_in_process(run_to_the_end, place.environment(place.is_on_server), self.begin(place))
        if code:
            raise RuntimeError(f"{self.name} fails without a kill")
        self.end(place)
        return time.monotonic() - started

    def end(self, place: Place) -> None:
        """Notes what is new after the command has run to its end."""

    def run_round(self, place: Place, delay: float) -> Round:
        """Kills the command after `delay` seconds, runs it again and counts the damage."""
        known = (place.version, place.version + 1)
        arguments, environment = self.begin(place), place.environment(place.is_on_server)
        is_late = run_and_kill(environment, arguments, delay)
        started = time.monotonic()
        _, after = run_in_process(look, environment, SUBJECTS)
        wrong = sum(not any(f"需要{each}个工作日" in answer for each in known) for answer in after.answers)
        code, _ = run_in_process(run_to_the_end, environment, self.second_command(place, arguments))
        self.end(place)
        code = code or self.start_again(place)
        seconds = time.monotonic() - started
        _, found = run_in_process(look, place.environment(place.is_on_server), SUBJECTS)
        return Round(is_late, wrong, bool(code) + self.count_lost(place, found), after.unembedded, seconds)

    def start_again(self, place: Place) -> int:  # noqa: ARG002
        """Does the recovery of an app start, if it matters; returns the exit code."""
        return 0

    def second_command(self, place: Place, arguments: Sequence[str]) -> Sequence[str]:  # noqa: ARG002  # others look there
        """Returns the command that is run after the kill."""
        return arguments


class BackingUp(Syncing):
    name = "ingest backup"

    def begin(self, place: Place) -> Sequence[str]:
        """Names a new file for the backup; returns the arguments of the command."""
        place.backups.append(place.folder / f"{len(place.backups)}.zip")
        return ("backup", str(place.backups[-1]))

    def second_command(self, place: Place, arguments: Sequence[str]) -> Sequence[str]:
        """Returns `status` if the file of the backup is there, otherwise the same again."""
        return ("status", "--json") if place.backups[-1].exists() else arguments

    def count_lost(self, place: Place, found: Found) -> int:
        """Returns how much is missing; a damaged file and each unfinished folder count 1."""
        with zipfile.ZipFile(place.backups[-1]) as archive:
            damaged = archive.testzip() is not None
        left = list((place.folder / "data").glob(f"{UNFINISHED}*"))
        return damaged + len(left) + super().count_lost(place, found)


class Restoring(Syncing):
    name = "ingest restore"

    def begin(self, place: Place) -> Sequence[str]:
        """Returns the arguments that restore the last backup."""
        return ("restore", str(place.backups[-1]))

    def end(self, place: Place) -> None:
        """Deletes the former folders that the command has kept beside the new ones."""
        for kept in place.folder.glob("*.before-*"):
            shutil.rmtree(kept)


class Moving(Syncing):
    name = "ingest move"

    def begin(self, place: Place) -> Sequence[str]:
        """Returns the arguments that move the vectors to a Chroma server, or into files."""
        return ("move", "--to", "files" if place.is_on_server else place.server)

    def end(self, place: Place) -> None:
        """Notes that the vectors are at the other place."""
        place.is_on_server = not place.is_on_server

    def start_again(self, place: Place) -> int:
        """Runs a sync where the vectors are now; returns its exit code."""
        code, _ = run_in_process(run_to_the_end, place.environment(place.is_on_server), ("sync",))
        return code


def run_and_kill(environment: Mapping[str, str], arguments: Sequence[str], delay: float) -> bool:
    """Kills a command some seconds after its start; True if it had ended by then."""
    process = FORKED.Process(target=run_to_the_end, args=(dict(environment), arguments, None))
    process.start()
    process.join(delay)
    is_late = process.exitcode is not None
    process.kill()
    process.join()
    return is_late


def run_in_process(target: Any, environment: Mapping[str, str], arguments: Sequence[str]) -> tuple[int, Any]:
    """Runs a function in a process, killed if it hangs; returns exit code and result."""
    receiver, sender = FORKED.Pipe(duplex=False)
    process = FORKED.Process(target=target, args=(dict(environment), arguments, sender))
    process.start()
    sender.close()
    said = None
    with suppress(EOFError):
        said = receiver.recv() if receiver.poll(PATIENCE) else None
    process.join(PATIENCE)
    process.kill()
    process.join()
    return process.exitcode or 0, said


@contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """The address of a Chroma server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("chroma"))
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ) as process:
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
