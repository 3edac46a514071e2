"""The page on a home screen, also behind a proxy that ends HTTPS and offers it under a sub-path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image
from playwright.sync_api import BrowserContext, expect
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.answer import Answer
from bot.outcomes import Outcome
from evals.serving import serve
from tests.web.conftest import behind
from text.catalog import SERVICE_LANGUAGES
from web.app import build
from web.i18n import direction, texts

Visitor = Callable[..., BrowserContext]
SUB_PATH = "/assistant"


class Hesitant:
    """Says one word, and the rest when it is released."""

    def __init__(self) -> None:
        self.released = Event()

    def stream(
        self, question: str, history: object, language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        yield Answer(question, question, "zh", Outcome.ANSWERED, "先说一句", complete=False)
        self.released.wait(30)
        yield Answer(question, question, "zh", Outcome.ANSWERED, "先说一句，再说一句")


@pytest.fixture
def bot() -> Iterator[Hesitant]:
    hesitant = Hesitant()
    yield hesitant
    hesitant.released.set()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("knowledge")
    return TestClient(build(behind(Hesitant(), folder)))


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_app_has_a_name_in_each_language(client: TestClient, language: str) -> None:
    answer = client.get("/manifest.webmanifest", params={"lang": language})
    manifest = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["name"], manifest["lang"]) == (texts(language)["page.title"], language)
    assert manifest["dir"] == direction(language)


def test_an_unknown_language_gets_the_default_one(client: TestClient) -> None:
    assert client.get("/manifest.webmanifest?lang=xx").json()["lang"] == "zh"
    assert client.get(f"/manifest.webmanifest?lang={'x' * 100}").status_code == 422


def test_each_icon_is_there_in_its_size_and_type(client: TestClient) -> None:
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        answer = client.get(f"/{icon['src']}")
        assert answer.headers["content-type"] == icon["type"] and "max-age" in answer.headers["cache-control"]
        if icon["type"] == "image/png":
            assert "x".join(map(str, Image.open(BytesIO(answer.content)).size)) == icon["sizes"]


def test_nothing_but_icons_is_given(client: TestClient) -> None:
    for name in ("none.png", "..%2fserve.py", "%2e%2e/serve.py"):
        assert client.get(f"/icons/{name}").status_code == 404


def certificate(folder: Path) -> dict[str, Path]:
    """A key and its self-signed certificate for this machine, as uvicorn takes them."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy")])
    now, own = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).add_extension(own, critical=False)
    (folder / "certificate.pem").write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return {"ssl_certfile": folder / "certificate.pem", "ssl_keyfile": folder / "key.pem"}


def proxy(upstream: str) -> Starlette:
    """Passes all below the sub-path on, without it, and says by which address it was asked."""
    client = httpx.AsyncClient(base_url=upstream, timeout=60)

    async def forward(request: Request) -> StreamingResponse:
        asked: dict[str, Any] = dict(request.headers)
        asked |= {"x-forwarded-proto": "https", "x-forwarded-host": asked["host"], "x-forwarded-for": "127.0.0.1"}
        target = f"{request.path_params['path']}?{request.url.query}"
        passed = client.build_request(request.method, target, headers=asked, content=await request.body())
        answer = await client.send(passed, stream=True)
        closing = BackgroundTask(answer.aclose)
        return StreamingResponse(answer.aiter_raw(), answer.status_code, dict(answer.headers), background=closing)

    return Starlette(routes=[Route(SUB_PATH + "/{path:path}", forward, methods=["GET", "HEAD", "POST"])])


@pytest.fixture
def address(bot: Hesitant, tmp_path: Path) -> Iterator[str]:
    """The page as people reach it: HTTPS, and under a sub-path."""
    app = build(behind(bot, tmp_path), SUB_PATH)
    with serve(app) as upstream, serve(proxy(upstream), **certificate(tmp_path)) as address:
        yield address + SUB_PATH.strip("/") + "/"


@pytest.fixture
def visitor(address: str, visitor: Visitor) -> Visitor:
    """Leaves before the server stops: over HTTPS it would wait for 30 s until the browser says goodbye."""
    return visitor


@pytest.mark.browser
def test_behind_https_all_is_loaded_from_below_the_sub_path_and_answers_still_stream(
    visitor: Visitor, address: str, bot: Hesitant
) -> None:
    context = visitor(ignore_https_errors=True)
    page = context.new_page()
    loaded: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(address)
    expect(page.locator("gradio-app .door button").first).to_be_visible()
    page.locator("#question textarea").fill("问题")
    page.keyboard.press("Enter")
    expect(page.locator("#current .words")).to_have_text("先说一句")
    bot.released.set()
    expect(page.locator("#current .words")).to_have_text("先说一句，再说一句")
    assert [url for url in loaded if not url.startswith((address, "data:", "blob:"))] == []
    assert troubles == [] and context.cookies() == []


@pytest.mark.browser
def test_behind_https_the_browser_takes_the_page_for_an_app(visitor: Visitor, address: str) -> None:
    context = visitor(ignore_https_errors=True)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("gradio-app .door button").first).to_be_visible()
    read = context.new_cdp_session(page).send("Page.getAppManifest")
    assert read["errors"] == [] and urlsplit(read["url"]).path == f"{SUB_PATH}/manifest.webmanifest"
    assert (read["manifest"]["startUrl"], read["manifest"]["scope"]) == (address, address)
    for icon in page.locator('link[rel="icon"], link[rel="apple-touch-icon"]').all():
        assert page.request.get(urljoin(address, str(icon.get_attribute("href")))).ok
