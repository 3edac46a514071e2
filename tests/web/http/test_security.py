"""The doors that Gradio leaves open are closed, and nothing larger than a conversation comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.answer import Answer
from bot.outcomes import Outcome
from tests.web.conftest import behind
from web.app import build
from web.http.client_address import TrustedProxies
from web.http.security import LARGEST_REQUEST
from web.i18n import texts


class Echo:
    """Answers with the question; the guard is tested, not the bot."""

    def stream(
        self, question: str, history: object, language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        yield Answer(question, question, "zh", Outcome.ANSWERED, question)


def site(folder: Path, **settings: Any) -> TestClient:
    return TestClient(build(behind(Echo(), folder), **settings))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return site(tmp_path_factory.mktemp("knowledge"))


def test_no_file_can_be_uploaded(closed: TestClient) -> None:
    answer = closed.post("/gradio_api/upload", files={"files": ("a.txt", b"x")})
    assert answer.status_code == 403
    assert closed.post("/gradio_api/upload/", files={"files": ("a.txt", b"x")}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.org/",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/runs",
        "/gradio_api/upload_progress",
        "/gradio_api/call/ask",
        "/gradio_api/vibe-code",
        "/monitoring",
        "/monitoring/summary",
        "/docs",
        "/redoc",
        "/openapi.json",
    ],
)
def test_doors_that_the_page_does_not_use_are_closed(closed: TestClient, path: str) -> None:
    assert closed.get(path).status_code in (403, 404)


@pytest.mark.parametrize(
    ("path", "key", "body"),
    [
        ("/login", "request.unknown", b""),
        ("/rate", "request.length", iter([b"x"])),
        ("/rate", "request.too_large", b"x" * (LARGEST_REQUEST + 1)),
    ],
)
def test_a_closed_door_says_so_in_the_language_of_the_visitor(
    closed: TestClient, path: str, key: str, body: Any
) -> None:
    refused = closed.post(path, content=body, headers={"accept-language": "pt"})
    assert refused.json()["detail"] == texts("pt")[key]


def test_a_request_too_large_or_of_unknown_size_is_refused(closed: TestClient) -> None:
    assert closed.post("/gradio_api/queue/join", content=b"x" * (LARGEST_REQUEST + 1)).status_code == 413
    assert closed.post("/gradio_api/queue/join", content=iter([b"x"])).status_code == 411


def test_every_answer_forbids_other_hosts_and_guessing_of_types(closed: TestClient) -> None:
    headers = closed.get("/").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_no_other_web_site_reads_an_answer_in_a_visitors_browser(closed: TestClient) -> None:
    from_elsewhere = {"Origin": "https://evil.example", "Cookie": "staff=x"}
    for path in ("/", "/config", "/gradio_api/queue/data?session_hash=x", "/staff/sign-in", "/api/v1/status"):
        answer = closed.get(path, headers=from_elsewhere)
        assert [name for name in answer.headers if name.startswith("access-control-allow")] == [], path
    wanted = from_elsewhere | {"Access-Control-Request-Method": "POST"}
    preflight = closed.options("/gradio_api/queue/join", headers=wanted)
    assert "access-control-allow-origin" not in preflight.headers


def test_a_request_is_not_sent_back_as_it_came(closed: TestClient) -> None:
    """TRACE would show scripts the cookies that they may not read."""
    for path in ("/", "/staff/sign-in", "/api/v1/status"):
        assert closed.request("TRACE", path, headers={"Cookie": "staff=secret"}).status_code in (404, 405), path


def test_only_files_whose_name_changes_with_them_are_kept_for_good(closed: TestClient) -> None:
    script = re.search(r'src="(\./assets/[^"]+\.js)"', closed.get("/").text)
    assert script and "immutable" in closed.get(script[1]).headers["cache-control"]
    for path in ("/", "/config", "/source.css", "/theme.css", "/assets/index-aaaaaaaa.js"):
        assert "immutable" not in closed.get(path).headers.get("cache-control", "")


def test_behind_https_and_under_a_sub_path_the_page_knows_its_address(tmp_path: Path) -> None:
    proxied = {
        "host": "assistant.example.org",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "elsewhere.example.org",
    }
    here = TrustedProxies([ip_network("127.0.0.1")])
    app = build(behind(Echo(), tmp_path), "/assistant", proxies=here)
    for peer, root in (("127.0.0.1", "https"), ("127.0.0.2", "http")):
        config = TestClient(app, client=(peer, 1)).get("/config", headers=proxied).json()
        assert config["root"] == f"{root}://assistant.example.org/assistant"


@pytest.mark.parametrize("path", ["/source.css", "/assistant/source.css"])
def test_a_proxy_may_strip_the_sub_path_or_leave_it(tmp_path: Path, path: str) -> None:
    assert site(tmp_path, root_path="/assistant").get(path).status_code == 200
