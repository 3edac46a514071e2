"""Records in a real SQLite file and in a real PostgreSQL, which is started for the tests and thrown away."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from records import CitedSource, Exchange, Records, open_records
from tests.support.processes import freeze

SERVER = "postgres"
PASSWORD = "s3cret-of-the-cluster"  # noqa: S105
CITATION = CitedSource(1, "outbound/russia.zh.md", "俄罗斯税制", "in_force", 3, "第二条", "https://example.org/a")
numbers = count()


def asked(question: str = "俄罗斯的利润税是多少？", outcome: str = "answered", **values: object) -> Exchange:
    """An exchange as the page gives it."""
    values = {"answer": "25% [1]", "language": "zh", "citations": (CITATION,), "total_seconds": 0.25} | values
    values = {"id": uuid4().hex, "question": question, "outcome": outcome} | values
    return Exchange(**values)  # type: ignore[arg-type]


def come_true(condition: Callable[[], bool], within: float = 60.0) -> None:
    """Waits until something is so."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "It did not come true."
        time.sleep(0.05)


def program(name: str) -> str | None:
    """A program of PostgreSQL, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """A PostgreSQL server in a folder. It refuses to run as root, so then it runs as another user."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.user = SERVER if os.geteuid() == 0 else getpass.getuser()
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        if os.geteuid() == 0:
            shutil.chown(folder, SERVER)
            shutil.chown(secret, SERVER)
        self.run(
            "initdb", "--username=asker", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"
        )
        self.start()

    def run(self, name: str, *arguments: str) -> None:
        command = [str(program(name)), "-D", str(self.folder / "data"), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", self.user, "--", *command]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        # Into a file: the server keeps what it was given open for as long as it lives.
        with (self.folder / "log").open("ab") as log:
            subprocess.run(command, cwd=self.folder, check=True, stdout=log, stderr=log, env=environment)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def processes(self) -> list[int]:
        """All of the server's, the one that began first."""
        head = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{head}/task/{head}/children").read_text().split()
        return [head, *map(int, children)]

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The server takes calls, as far as its kernel does so for it, and never answers."""
        stopped = self.processes()
        for each in stopped:
            freeze(each)
        try:
            yield
        finally:
            for each in stopped:
                with suppress(ProcessLookupError):  # a worker that postgres ended meanwhile
                    os.kill(each, signal.SIGCONT)

    def address(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql+pg8000://asker:{password}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"records_{next(numbers)}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        engine.dispose()
        return self.address(name)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if not (program("initdb") and program("pg_ctl")):
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: CI installs it.")
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="records-"))
    server = Cluster(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where records may be kept: a file that is not there yet, or an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.sqlite"
    server: Cluster = request.getfixturevalue("cluster")
    return server.new_database()


@pytest.fixture
def open_with(address: str, tmp_path: Path) -> Iterator[Callable[[int], Records]]:
    """Opens the records anew with a retention in days."""
    opened: list[Records] = []

    def start(days: int) -> Records:
        opened.append(open_records(address, days, tmp_path))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def records(open_with: Callable[[int], Records]) -> Records:
    return open_with(180)
