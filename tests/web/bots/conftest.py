"""A platform that takes replies, and a center whose bot answers to a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fastapi import FastAPI, Request

from evals.serving import serve
from store.embeddings import Embedder
from tests.support.scripted import Scripted
from tests.web.http.test_fair_queue import queue_of
from tests.web.staff.conftest import service_of, stocked
from tests.web.staff.samples import FOLDER
from web.api.context import ApiContext
from web.app import build


@dataclass
class PlatformServer:
    """The addresses of all platforms: what they were sent, and how they answer."""

    address: str = ""
    taken: list[tuple[str, str, Any]] = field(default_factory=list)
    code: int = 0
    token: str | None = "t-1"  # noqa: S105

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def take(request: Request, path: str) -> dict[str, Any]:
            content = await request.json() if await request.body() else None
            self.taken.append((f"{path}?{request.url.query}", request.headers.get("authorization", ""), content))
            tokens = {"access_token": self.token, "tenant_access_token": self.token, "expires_in": 7200, "expire": 7200}
            return {"errcode": self.code, "code": self.code, **tokens}

        return app


@pytest.fixture
def platform_server() -> Iterator[PlatformServer]:
    server = PlatformServer()
    with serve(server.app()) as server.address:
        yield server


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, remembering_embedder: Embedder) -> Iterator[ApiContext]:
    with stocked(
        tmp_path_factory.mktemp("center"), remembering_embedder, FOLDER, public_url="https://assistant.example"
    ) as room:
        service = replace(service_of(room), bot=Scripted())
        yield ApiContext(service, queue_of(build(service, room=room)), room)
