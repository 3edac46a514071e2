"""A process that stands still is noticed: by who asks /health, and by the service manager, who hears no more of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import get_args

import httpx
import pytest

from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from evals.serving import serve
from ingest.watcher import WatchedLibrary, open_watched_library
from records import Off, Records, open_records
from settings import Settings
from store.embeddings import Embedder
from store.index import Index
from store.index.condition import State
from tests.conftest import ROOT
from tests.records.conftest import asked, come_true
from tests.support.scripted import Scripted
from tests.web.conftest import behind
from tests.web.staff.conftest import FOLDER, embedder, fill  # noqa: F401
from web import health as health_module
from web.app import build
from web.context import ChatContext
from web.health import Health, Probe, Steps
from web.operations import watching
from web.operations.probes import Operating
from web.operations.readiness import CHECK_CODES, INDEX_CODES
from web.operations.systemd import keep_notifying, notify
from web.operations.watching import operating


@contextmanager
def library_of(place: Path, embedder: Embedder) -> Iterator[WatchedLibrary]:  # noqa: F811
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    settings.knowledge_dir.mkdir(exist_ok=True)
    with open_watched_library(settings, embedder=embedder) as library:
        yield library


@contextmanager
def page_of(library: WatchedLibrary, records: Records) -> Iterator[str]:
    settings, bot = library.settings, Bot(library.index, library.embedder)
    service = ChatContext(
        bot,
        StarterCache(bot),
        library.index.document,
        settings.knowledge_dir,
        library.progress,
        records,
        library.lists.contacts,
    )
    own = operating(library, service.records, service.steps, settings)
    try:
        with serve(build(service, operating=own)) as address:
            yield address
    finally:
        own.health.stop.set()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes look often and lose patience soon."""
    monkeypatch.setattr(watching, "SEARCH_SECONDS", 3.0)
    monkeypatch.setattr(watching, "WRITE_SECONDS", 3.0)
    monkeypatch.setattr(health_module.Probe.__init__, "__defaults__", (0.2,))


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, brisk: None) -> Iterator[WatchedLibrary]:  # noqa: F811
    with library_of(tmp_path, embedder) as library:
        fill(library.settings.knowledge_dir, FOLDER)
        library.sync()
        yield library


@pytest.fixture
def address(library: WatchedLibrary, tmp_path: Path) -> Iterator[str]:
    with open_records("", 30, tmp_path / "data") as records, page_of(library, records) as address:
        yield address


def asked_from(host: str, address: str) -> httpx.Response:
    """A visitor has few requests at once: to take all threads, each must come from an address of its own."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=host), timeout=120) as visitor:
        return visitor.get(address)


def state(address: str, check: str) -> tuple[int, str]:
    told = httpx.get(f"{address}health", timeout=10)
    return told.status_code, told.json()["checks"][check]["state"]


def test_a_process_that_works_is_well_and_says_nothing_to_strangers(address: str, tmp_path: Path) -> None:
    come_true(lambda: state(address, "search") == (200, "ok"))
    told = httpx.get(f"{address}health")
    assert set(told.json()["checks"]) == {"threads", "search", "writing", "folder", "answers"}
    ready = httpx.get(f"{address}ready")
    assert ready.status_code == 200 and ready.json()["reasons"] == []
    for secret in (str(tmp_path), "russia", "sqlite", "0.1.0", "uvicorn"):
        assert secret not in told.text + ready.text


def searching_blocked(index: Index) -> AbstractContextManager[None]:
    return index.gate.condition


def writing_blocked(index: Index) -> AbstractContextManager[None]:
    return index.turn()


@pytest.mark.parametrize(("check", "blocked"), [("search", searching_blocked), ("writing", writing_blocked)])
def test_a_thread_that_holds_the_index_for_ever_is_noticed(
    library: WatchedLibrary, address: str, check: str, blocked: Callable[[Index], AbstractContextManager[None]]
) -> None:
    holding, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with blocked(library.index):
            holding.set()
            let_go.wait(120)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert holding.wait(10)
        come_true(lambda: state(address, check) == (503, "stuck"))
        ready = httpx.get(f"{address}ready")
        assert ready.status_code == 503 and f"{check}_fails" in ready.json()["reasons"]
    finally:
        let_go.set()
        holder.join()
    come_true(lambda: state(address, check) == (200, "ok"))


def test_a_pool_of_threads_without_one_to_spare_is_noticed_and_forgiven(tmp_path: Path) -> None:
    let_go = threading.Event()
    app = build(behind(Scripted(), tmp_path))
    app.add_api_route("/hang", lambda: let_go.wait(120))
    app.router.routes.insert(0, app.router.routes.pop())
    with serve(app) as address, ThreadPoolExecutor(45) as visitors:
        for number in range(45):
            visitors.submit(asked_from, f"127.0.3.{number}", f"{address}hang")
        try:
            come_true(lambda: state(address, "threads") == (503, "stuck"))
        finally:
            let_go.set()
        come_true(lambda: state(address, "threads") == (200, "ok"))


def test_answers_that_all_hang_are_noticed() -> None:
    let_go, steps = threading.Event(), Steps(limit=0.1, most=2)

    def hanging() -> Iterator[int]:
        yield 1
        let_go.wait(60)

    threads = [threading.Thread(target=lambda: list(steps.time_answers(hanging()))) for _ in range(2)]
    for each in threads:
        each.start()
    come_true(lambda: steps.state() == "stuck")
    let_go.set()
    for each in threads:
        each.join()
    assert steps.state() == "ok" and steps.began == {}


def test_answers_that_somebody_stops_stop_the_bot_too() -> None:
    closed = []

    def making() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    answers = Steps().time_answers(making())
    assert next(iter(answers)) == 1
    answers.close()  # type: ignore[attr-defined]
    assert closed == [True]


def test_a_watch_that_shows_no_progress_for_too_long_is_stuck(library: WatchedLibrary, address: str) -> None:
    library.moved = time.monotonic() - library.settings.read_seconds
    assert state(address, "folder") == (200, "ok")
    library.moved -= watching.READ_MORE_SECONDS
    assert state(address, "folder") == (503, "stuck")


def test_a_probe_that_fails_is_no_freeze_but_no_answer_either() -> None:
    def fail() -> None:
        raise ValueError("no")

    stop, probe = threading.Event(), Probe("search", fail, 5.0, 0.01)
    running = threading.Thread(target=probe.run, args=(stop,))
    running.start()
    come_true(lambda: probe.state() == "failing")
    assert Health(probe).troubles() == ["search"]
    stop.set()
    running.join()


def test_every_check_that_may_fail_and_every_state_of_an_index_has_a_code(
    tmp_path: Path,
    embedder: Embedder,  # noqa: F811
) -> None:
    with library_of(tmp_path, embedder) as library, open_records("", 30, tmp_path / "data") as records:
        health = operating(library, records, Steps(), library.settings).health
        health.stop.set()
    assert {each.name for each in health.checks} == set(CHECK_CODES)
    assert {"whole", *INDEX_CODES} == set(get_args(State))


def test_an_empty_index_is_not_ready_and_what_is_amiss_beside_is_told(
    tmp_path: Path,
    embedder: Embedder,  # noqa: F811
    brisk: None,
) -> None:
    away = "postgresql+pg8000://a:b@127.0.0.1:9/none"
    with (
        library_of(tmp_path, embedder) as library,
        open_records(away, 30, tmp_path / "data") as records,
        page_of(library, records) as address,
    ):
        told = httpx.get(f"{address}ready")
        assert (told.status_code, told.json()["reasons"]) == (503, ["nothing_is_read"])
        fill(library.settings.knowledge_dir, FOLDER)
        library.sync()
        records.keep(asked())
        records.announcing.current.known = records.announcing.current.known.__class__(off=Off("x", "y"))
        come_true(lambda: "records_are_away" in httpx.get(f"{address}ready").json()["degraded"])
        told = httpx.get(f"{address}ready")
        assert told.status_code == 200 and told.json()["records"] == {"waiting": 1, "lost": 0}
        assert "paused_by_staff" in told.json()["degraded"]
        for source in FOLDER:
            (library.settings.knowledge_dir / source).unlink()
        for folder in ("outbound", "inbound", ""):
            (library.settings.knowledge_dir / folder).rmdir()
        told = httpx.get(f"{address}ready")
        assert told.status_code == 200 and "folder_cannot_be_read" in told.json()["degraded"]


def test_both_are_there_below_a_sub_path(tmp_path: Path) -> None:
    with serve(build(behind(Scripted(), tmp_path), "/assistant", operating=Operating())) as address:
        for path in ("assistant/health", "health", "assistant/ready", "ready"):
            assert httpx.get(f"{address}{path}").status_code == 200


class Manager:
    """A service manager that listens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))

    def heard(self, seconds: float) -> list[str]:
        """What is said from now on until nothing is said for so long, at most a dozen messages."""
        self.socket.settimeout(seconds)
        said: list[str] = []
        try:
            while len(said) < 12:
                said.append(self.socket.recv(1024).decode())
        except TimeoutError:
            pass
        return said


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(made.path))
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    yield made
    made.socket.close()


def test_the_manager_hears_that_the_page_serves_and_nothing_while_it_is_not_well(manager: Manager) -> None:
    stop, is_well = threading.Event(), threading.Event()
    telling = threading.Thread(target=keep_notifying, args=(lambda _: is_well.is_set(), stop))
    telling.start()
    assert manager.heard(1.0) == []
    is_well.set()
    first, *others = manager.heard(3.0)
    assert first.startswith("READY=1") and set(others) == {"WATCHDOG=1"}
    is_well.clear()
    manager.heard(1.0)
    assert manager.heard(1.5) == []
    stop.set()
    telling.join()


def test_without_a_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")


def test_a_process_whose_interpreter_is_held_by_native_code_falls_silent(manager: Manager) -> None:
    environment = os.environ | {"WATCHDOG_USEC": "400000"}
    command = [sys.executable, "-m", "tests.web.operations.frozen"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        try:
            address = process.stdout.readline().strip()
            said = manager.heard(20.0)
            assert said[0].startswith("READY=1") and "WATCHDOG=1" in said
            process.stdin.write("\n")
            process.stdin.flush()
            while manager.heard(2.0):
                pass
            with pytest.raises(httpx.TimeoutException):
                httpx.get(f"{address}health", timeout=1.5)
            assert manager.heard(1.5) == []
        finally:
            process.kill()
