"""A real PostgreSQL server, which is started for the tests and thrown away."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.ports import free_port
from tests.support.processes import freeze

SERVER = "postgres"
PASSWORD = "s3cret-of-the-cluster"  # noqa: S105
numbers = count()


def program(name: str) -> str | None:
    """A program of PostgreSQL, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


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

    def new_database(self, making: str = "") -> str:
        """The address of an empty database; `making` are further words of the statement that creates it."""
        name = f"records_{next(numbers)}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {making} TEMPLATE template0"))
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
