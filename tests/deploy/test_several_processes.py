"""Three processes on one PostgreSQL and one Chroma server behind nginx: each answers, and none is missed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TypeVar

import httpx
import pytest

from records import Off, Records, RecordsUnavailableError, Scope, open_records
from tests.conftest import ROOT
from tests.deploy.proxies import NGINX, program, replaced, started, write_certificate
from tests.running import QUESTION, Running, lay, wait_until_ready
from tests.serving import WITHOUT
from tests.store.index.test_chroma_server import Chroma, wait_until
from tests.support.forked_apps import ForkedApp
from tests.support.ports import free_port
from tests.support.postgresql import Cluster

Result = TypeVar("Result")
PROCESSES = 3
ASKERS, QUESTIONS = 3, 4
"""People who ask at a time, and the questions of each."""
LEADS = "This process syncs the folder now."
TAKEOVER_SECONDS = 10
"""Seconds within which another process syncs after one was killed; 0.4 with two cores under a load of 5."""


@contextmanager
def processes(place: Path, url: str, chroma: str) -> Iterator[list[tuple[Running, ForkedApp]]]:
    """Apps that share servers and folders, ready one after the other."""
    begun = []
    lay(place / "knowledge")
    try:
        for number in range(PROCESSES):
            app = Running(free_port(), "", place / f"output-{number}")
            given = {"KNOWLEDGE_DIR": place / "knowledge", "DATA_DIR": place / "data", "PORT": app.port} | WITHOUT
            given |= {"DATABASE_URL": url, "CHROMA_URL": chroma, "TRUSTED_PROXIES": "127.0.0.1"}
            environment = os.environ | {f"ASSISTANT_{name}": str(value) for name, value in given.items()}
            begun.append((app, ForkedApp(environment, app.output)))
        for app, own in begun:
            wait_until_ready(app, own)
        yield begun
    finally:
        for _, own in begun:
            own.kill()
            own.wait()


@contextmanager
def nginx_before(apps: Sequence[Running], place: Path, patience: str = "20s") -> Iterator[str]:
    """The address of an nginx with the configuration that operators are given, filled in as it says.

    `patience`: how long it waits for the page of a frozen process.
    """
    port, plain = free_port(), free_port()
    first, *others = [f"127.0.0.1:{app.port}" for app in apps]
    comment, staff = (
        "    # Several processes (docs/operations.md):",
        "    # Several processes: server 127.0.0.1:7861 backup;",
    )
    values = {
        comment: "".join(f"    server {each};\n" for each in others) + comment,
        staff: "".join(f"    server {each} backup;\n" for each in others) + staff,
        "127.0.0.1:7860": first,
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/qiantang.pem": f"{place}/cert.pem",
        "/etc/ssl/qiantang.key": f"{place}/key.pem",
        "/var/log/nginx/qiantang.log": f"{place}/access.log",
        "#location = /": "location = /",
        "proxy_read_timeout 20s;": f"proxy_read_timeout {patience};",
    }
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (place / "site.conf").write_text(replaced(site, values), encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(NGINX.format(place=place, user=user), encoding="utf-8")
    write_certificate(place)
    with started([program("nginx"), "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")], place, port):
        yield f"https://127.0.0.1:{port}/"


def leaders(begun: Sequence[tuple[Running, ForkedApp]]) -> list[int]:
    """Numbers of the processes that have said that they sync."""
    return [number for number, (app, _) in enumerate(begun) if LEADS in app.log()]


def led_from(app: Running) -> datetime:
    """When a process began to sync, by its log."""
    return next(datetime.fromisoformat(line.split()[0]) for line in app.log().splitlines() if LEADS in line)


def used(url: str, place: Path, use: Callable[[Records], Result]) -> Result:
    """What comes of a use of the records. It is tried again while a busy database does not answer in time."""
    told = list[Result]()

    def has_answered() -> bool:
        with suppress(RecordsUnavailableError), open_records(url, 180, place) as records:
            told.append(use(records))
        return bool(told)

    wait_until(has_answered)
    return told[0]


@pytest.fixture
def key(cluster: Cluster, tmp_path: Path) -> tuple[str, str]:
    """The address of a database, and a key of the API in it."""
    url = cluster.new_database()
    scopes = [Scope.ASK, Scope.SEARCH]
    return url, used(url, tmp_path, lambda records: records.api_keys.create("load", scopes, 1_000, "boss")[1])


def test_three_processes_answer_as_one_and_a_killed_one_loses_no_question(key: tuple[str, str], tmp_path: Path) -> None:
    url, token = key
    program("nginx")
    chroma = Chroma(tmp_path / "chroma")
    chroma.start()
    with ExitStack() as stack:
        stack.callback(chroma.kill)
        begun = stack.enter_context(processes(tmp_path, url, chroma.url))
        address = stack.enter_context(nginx_before([app for app, _ in begun], tmp_path))
        asker = Asker(token)
        (leader,) = leaders(begun)
        assert all("25%" in asker.answer(app.address) for app, _ in begun)
        killed = list[datetime]()

        def kill() -> None:
            killed.append(datetime.now(UTC))
            begun[leader][1].kill()

        assert asked_while(address, token, kill) == ["25%"] * ASKERS * QUESTIONS
        left = [each for number, each in enumerate(begun) if number != leader]
        wait_until(lambda: leaders(left))
        assert (led_from(left[leaders(left)[0]][0]) - killed[0]).total_seconds() < TAKEOVER_SECONDS
        (tmp_path / "knowledge/new.md").write_text("# 新政策\n\n浆果补贴为每亩777元。", encoding="utf-8")
        for app, _ in left:
            wait_until(lambda app=app: "777" in asker.search(app.address, "浆果补贴每亩多少元？"))
        used(url, tmp_path / "staff", lambda records: records.announcing.pause(Off("boss", "维护")))
        for app, _ in left:
            wait_until(lambda app=app: asker.answer(app.address) == "")


class Asker:
    """A program that asks, from an address of its own."""

    def __init__(self, token: str, number: int = 1) -> None:
        way = httpx.HTTPTransport(verify=False, local_address=f"127.0.0.{number}")
        self.client = httpx.Client(transport=way, timeout=120, headers={"authorization": f"Bearer {token}"})

    def answer(self, address: str) -> str:
        """The text of an answer; "" if there is none."""
        sent = self.client.post(f"{address}api/v1/ask", json={"question": QUESTION})
        found = sent.json()
        return found["text"] if sent.is_success and found["outcome"] == "answered" else ""

    def search(self, address: str, query: str) -> str:
        return self.client.post(f"{address}api/v1/search", json={"query": query}).text


def asked_while(address: str, token: str, happening: Callable[[], None]) -> list[str]:
    """Asks from several addresses; once there is an answer, something happens. Returns what each answer says."""
    first = Event()

    def ask(number: int) -> list[str]:
        asker, said = Asker(token, number + 2), []
        for _ in range(QUESTIONS):
            said.append("25%" if "25%" in asker.answer(address) else "lost")
            first.set()
        return said

    with ThreadPoolExecutor(ASKERS) as pool:
        running = pool.map(ask, range(ASKERS))
        first.wait()
        happening()
        return [each for said in running for each in said]
