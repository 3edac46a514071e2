"""A Chroma server behind a network: encrypted, slow, and cut off."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from httpx._transports import default as transports

from store.vector_worker import ChromaServer, VectorsUnavailableError
from tests.deploy.proxies import write_certificate
from tests.store.index.test_chroma_server import (  # noqa: F401
    KEYS,
    Chroma,
    chroma,
    opened,
    some_vectors,
    wait_until,
)
from tests.support.slow_server import before

TOKEN = "secret-token"  # noqa: S105
TOLD_SECONDS = 30
"""Seconds within which a question hears that the server is silent, on a busy machine."""


class Passing(BaseHTTPRequestHandler):
    """Passes requests on to a server that knows no encryption, if they have the token."""

    protocol_version = "HTTP/1.1"
    behind, context = "", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def setup(self) -> None:
        """Agrees on the encryption in a thread of its own, so that a client that leaves meanwhile stops nobody."""
        self.request = self.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def do_GET(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers["x-chroma-token"] != TOKEN or self.headers["authorization"] != f"Bearer {TOKEN}":
            return self.send_error(401)
        reply = httpx.request(
            self.command, self.behind + self.path, content=content, headers={"content-type": "application/json"}
        )
        self.send_response(reply.status_code)
        self.send_header("Content-Type", reply.headers.get("content-type", "application/json"))
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)
        return None

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # the names of the library

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def encrypted(server: Chroma, place: Path) -> Iterator[str]:
    """The address of a proxy with a certificate of its own before a server."""
    write_certificate(place)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "cert.pem", place / "key.pem")
    handler = type("Handler", (Passing,), {"behind": server.url, "context": context})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        proxy.handle_error = lambda *_: None  # type: ignore[method-assign]  # who does not trust it hangs up
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()


def test_vectors_and_token_go_encrypted_and_only_to_a_server_whose_certificate_is_trusted(
    tmp_path: Path,
    chroma: Chroma,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from store.vector_worker.collection import Collection  # here: only workers load it, and they keep their environment

    monkeypatch.setattr(transports, "create_ssl_context", transports.create_ssl_context.__wrapped__)  # not as cached
    with encrypted(chroma, tmp_path) as url:
        with pytest.raises(ValueError, match="Could not connect"):
            Collection(tmp_path / "strange", ChromaServer(url, TOKEN))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        vectors = Collection(tmp_path / "vectors", ChromaServer(url, TOKEN))
        vectors.add(KEYS, some_vectors())
        assert vectors.nearest(some_vectors()[3], 5)[0][0] == "a:3"


def test_a_slow_server_is_waited_for_and_one_that_is_cut_off_is_not_and_is_found_again(
    tmp_path: Path,
    chroma: Chroma,  # noqa: F811
) -> None:
    with before(chroma.port) as network, opened(tmp_path, f"http://127.0.0.1:{network.port}") as vectors:
        network.delay = 0.2
        vectors.add(KEYS, some_vectors())
        assert next(iter(vectors.nearest(some_vectors()[3], 5))) == "a:3"
        network.delay = 600.0  # what was sent never comes, also later
        started = time.monotonic()
        with pytest.raises(VectorsUnavailableError):
            vectors.nearest(some_vectors()[3], 5)
        assert time.monotonic() - started < TOLD_SECONDS
        network.delay = 0.0
        wait_until(lambda: not vectors.worker.trouble())
        assert next(iter(vectors.nearest(some_vectors()[3], 5))) == "a:3" and not vectors.check()
