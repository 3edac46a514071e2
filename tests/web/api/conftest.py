"""A center with two guides, and programs that hold keys to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from records import Scope
from store.embeddings import Embedder
from tests.web.staff.conftest import service_of, stocked
from tests.web.staff.samples import FOLDER
from web.app import build
from web.staff.context import StaffContext

Program = Callable[..., TestClient]


@dataclass(frozen=True)
class Center:
    """A center: its room, and the whole app."""

    room: StaffContext
    app: FastAPI

    def program(self, *scopes: Scope, per_minute: int = 1_000, **headers: str) -> TestClient:
        """A program with a key of its own, that allows everything unless `scopes` are named."""
        _, key = self.room.records.api_keys.create("portal", scopes or tuple(Scope), per_minute, "王芳")
        return TestClient(self.app, headers={"authorization": f"Bearer {key}"} | headers)


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory, remembering_embedder: Embedder) -> Iterator[Center]:
    """One center for all tests of a module, which leave its documents as they are."""
    with stocked(tmp_path_factory.mktemp("center"), remembering_embedder, FOLDER) as room:
        yield Center(room, build(service_of(room), room=room))


@pytest.fixture
def client(center: Center) -> TestClient:
    return center.program()
