"""The page behind nginx and behind Caddy, with the configurations that the operators are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from uuid import uuid4

import httpx
import pytest

from evals.speed.page import messages, open_page
from tests.deploy.proxies import caddy, nginx, program
from tests.running import QUESTION, Running, running

PROXIES = {"nginx": nginx, "caddy": caddy}
SMALLER = {"nginx": {"client_max_body_size 100m": "client_max_body_size 1m"}, "caddy": {"100MB": "1MB"}}
"""The size of the staff's files in each configuration, and a smaller one: 100 MB take a test ten seconds."""
LARGE, BACKUP = 30_000_000, 1_500_000
MOST_TRIES = 2_000
visitors = count(2)
Visit = Callable[[], httpx.Client]


@pytest.fixture(scope="module", params=["", "/assistant"], ids=["host of its own", "sub-path"])
def addresses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Where an app answers behind each proxy. One fixture for both: as two, pytest would begin with an app again."""
    for name in PROXIES:
        program(name)
    with ExitStack() as stack:
        app = stack.enter_context(running(tmp_path_factory.mktemp("app"), request.param))
        begun = ((name, begin(app, tmp_path_factory.mktemp(name))) for name, begin in PROXIES.items())
        yield {name: stack.enter_context(proxy) for name, proxy in begun}


@pytest.fixture(params=list(PROXIES))
def address(request: pytest.FixtureRequest, addresses: Mapping[str, str]) -> str:
    return addresses[request.param]


@pytest.fixture
def visit(address: str) -> Iterator[Visit]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(visitor(address))


def visitor(address: str) -> httpx.Client:
    """Somebody who comes from an address of their own."""
    way = httpx.HTTPTransport(verify=False, local_address=f"127.0.0.{next(visitors)}")
    return httpx.Client(base_url=address, transport=way, timeout=60)


def test_a_question_is_answered_and_the_page_knows_its_address(visit: Visit, address: str) -> None:
    client = visit()
    assert "钱塘" in client.get("").text
    assert client.get("config").json()["root"] == address.rstrip("/")
    answer = open_page(client).ask(QUESTION)
    assert answer["outcome"] == "answered" and "25%" in answer["text"]
    assert client.get("staff/first-password").status_code == 200


def test_what_streams_is_passed_on_at_once(visit: Visit) -> None:
    """What is asked once a stream has spoken is answered in the same stream: a proxy that gathers a stream to its end
    would pass the first word on when all is over."""
    page, session = open_page(visit()), uuid4().hex
    event = page.events["ask"]

    def ask() -> str:
        return str(page.post("queue/join", event, [QUESTION, [], "zh", ""], session)["event_id"])

    for _ in range(4):
        ask()
    with page.client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        told = messages(stream.iter_lines())
        next(told)
        late = ask()
        assert any((each.get("event_id"), each["msg"]) == (late, "process_completed") for each in told)


def test_the_app_knows_visitors_by_their_address_and_believes_none_who_claims_another(visit: Visit) -> None:
    first, second = visit(), visit()
    forged = count()

    def rate(client: httpx.Client) -> int:
        number = next(forged)
        claimed = f"203.0.113.{number % 250}"
        headers = {"x-forwarded-for": claimed, "forwarded": f"for={claimed}", "x-real-ip": claimed}
        return client.post("rate", json={"id": f"{number:032x}", "useful": True}, headers=headers).status_code

    tried = next(number for number in range(MOST_TRIES) if rate(first) == 429)
    assert tried >= 10
    assert rate(second) == 404


def test_large_files_of_the_staff_pass_and_large_requests_of_others_do_not(visit: Visit) -> None:
    client = visit()
    sent = client.put("staff/folder/incoming/file", content=bytes(LARGE))
    assert sent.status_code == 303  # to where one signs in
    assert client.post("rate", content=bytes(3_000_000)).status_code == 413


class Reader(BaseHTTPRequestHandler):
    """Says how many bytes came, once all are there."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length, read = int(self.headers["content-length"]), 0
        while read < length and (part := self.rfile.read(min(1 << 20, length - read))):
            read += len(part)
        answer = str(read).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def reading() -> Iterator[int]:
    """The port of a server that reads whatever is posted."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Reader)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("name", PROXIES)
def test_a_backup_may_be_larger_than_any_file_of_the_staff(name: str, tmp_path: Path) -> None:
    program(name)
    with reading() as port, PROXIES[name](Running(port, "", tmp_path), tmp_path, SMALLER[name]) as address:

        def post(path: str) -> httpx.Response:
            with visitor(address) as client:
                return client.post(path, content=bytes(BACKUP))

        assert post("staff/backup/restore").text == str(BACKUP)
        assert post("staff/folder/upload").status_code >= 400


def test_without_encryption_people_are_led_to_it_and_programs_refused(tmp_path: Path) -> None:
    program("nginx")
    with nginx(Running(9, "", tmp_path), tmp_path) as address:
        plain = re.search(r"listen 127.0.0.1:(\d+);", (tmp_path / "site.conf").read_text(encoding="utf-8"))
        assert plain
        for path, status in (("staff", 301), ("api/v1/ask", 403), ("v1/models", 403), ("assistant/mcp", 403)):
            answer = httpx.get(f"http://127.0.0.1:{plain[1]}/{path}")
            assert answer.status_code == status, path
            assert answer.headers.get("location", address).startswith("https://")


def test_strangers_do_not_see_how_the_app_is(visit: Visit) -> None:
    client = visit()
    assert [client.get(path).status_code for path in ("health", "ready", "metrics")] == [404, 404, 404]


def test_the_headers_of_the_app_and_the_promise_of_https_arrive(visit: Visit) -> None:
    headers = visit().get("").headers
    assert headers["strict-transport-security"] and headers["x-request-id"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert not any(digit in headers.get("server", "") for digit in "0123456789")
