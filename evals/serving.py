"""Serves an app on a free local port, for benchmarks and page tests."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from web.http.connections import server_options


@contextmanager
def serve(app: ASGIApp, **tls: Path) -> Iterator[str]:
    """Yields the address at which `app` answers, served as the real app is.

    With `ssl_certfile` and `ssl_keyfile` it is HTTPS.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", **server_options(), **tls))  # type: ignore[arg-type]
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()
