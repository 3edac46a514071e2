"""nginx before several processes: a browser stays with its own, and passes over one that is frozen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from tests.deploy.proxies import program
from tests.deploy.test_several_processes import nginx_before, wait_until
from tests.running import Running

BROWSERS = [f"Browser {number}" for number in range(24)]
"""Enough for each process to get one."""


class Process(BaseHTTPRequestHandler):
    """A process that answers with its number."""

    protocol_version = "HTTP/1.1"
    number: int
    frozen: Event
    asked: list[str]
    killed: Event

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(f"{self.command} {self.headers['User-Agent']}")
        if self.frozen.is_set():
            self.killed.wait(60)
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(str(self.number).encode())

    do_POST = do_GET  # noqa: N815 - the name is that of http.server

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def standing(number: int) -> Iterator[Any]:
    told = {"number": number, "frozen": Event(), "killed": Event(), "asked": [], "port": 0}
    kind: Any = type("Standing", (Process,), told)
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    kind.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kind
    finally:
        kind.killed.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[list[Any], httpx.Client]]:
    """Three processes, and a client of the nginx before them."""
    program("nginx")
    with ExitStack() as stack:
        begun = [stack.enter_context(standing(number)) for number in range(3)]
        apps = [Running(each.port, "", tmp_path) for each in begun]
        address = stack.enter_context(nginx_before(apps, tmp_path, patience="1s"))
        way = httpx.HTTPTransport(verify=False)
        yield begun, stack.enter_context(httpx.Client(base_url=address, transport=way, timeout=30))


def ask(client: httpx.Client, browser: str, method: str = "GET", path: str = "") -> int:
    """The number of the process that answers a browser."""
    return int(client.request(method, path, headers={"user-agent": browser}).raise_for_status().text)


def test_a_browser_stays_with_its_process_and_those_of_one_address_are_spread(
    processes: tuple[list[Any], httpx.Client],
) -> None:
    _, client = processes
    homes = {each: ask(client, each) for each in BROWSERS}
    assert set(homes.values()) == {0, 1, 2}
    for method, path in (("POST", "gradio_api/queue/join"), ("GET", "gradio_api/queue/data?session_hash=x")):
        assert {each: ask(client, each, method, path) for each in BROWSERS} == homes


@pytest.mark.parametrize("path", ["bots/wecom", "bots/feishu", "staff/documents", "api/v1/documents"])
def test_bots_and_changes_of_documents_reach_one_process_whoever_sends_them(
    processes: tuple[list[Any], httpx.Client], path: str
) -> None:
    _, client = processes
    assert {ask(client, each, "POST", path) for each in BROWSERS} == {0}


def test_whoever_opens_the_page_passes_over_a_frozen_process_and_asks_where_it_came_from(
    processes: tuple[list[Any], httpx.Client],
) -> None:
    begun, client = processes
    browser = next(each for each in BROWSERS if ask(client, each) == 1)
    begun[1].frozen.set()
    instead = ask(client, browser)
    assert instead != 1 and begun[1].asked.count(f"GET {browser}") == 2, "it was tried"
    assert ask(client, browser, "POST", "gradio_api/queue/join") == instead
    assert f"POST {browser}" not in begun[1].asked


def test_a_question_to_a_frozen_process_is_answered_by_the_next_once_that_one_is_killed(
    processes: tuple[list[Any], httpx.Client],
) -> None:
    begun, client = processes
    browser = next(each for each in BROWSERS if ask(client, each) == 1)
    begun[1].frozen.set()
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(ask, client, browser, "POST", "api/v1/ask")
        wait_until(lambda: f"POST {browser}" in begun[1].asked)
        begun[1].killed.set()
        assert asked.result() != 1
