"""Vectors on a Chroma server: the same answers as from files, and a server that is away loses nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from ingest.doctor.servers import problems_at
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings, SettingsError
from store.index.vector_store import Vectors, name_file
from store.vector_worker import ChromaServer, VectorsUnavailableError, chroma_server
from tests.support.commands import called
from tests.support.processes import freeze

KEYS = [f"a:{number}" for number in range(20)]
PATIENCE = 60


def some_vectors() -> Any:
    found = np.random.default_rng(5).normal(size=(len(KEYS), 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


class Chroma:
    """A Chroma server as its package starts it, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(self.folder)]
        self.process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self.is_up)

    def is_up(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/api/v2/heartbeat").is_success
        return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    server = Chroma(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.kill()


@contextmanager
def opened(folder: Path, url: str) -> Iterator[Vectors]:
    folder.mkdir(exist_ok=True)
    vectors = Vectors(folder / "vectors", ChromaServer(url))
    try:
        yield vectors
    finally:
        vectors.close()


def test_a_server_holds_and_finds_what_files_do(tmp_path: Path, chroma: Chroma) -> None:
    found = []
    for server in (None, ChromaServer(chroma.url)):
        vectors = Vectors(tmp_path / ("files" if server is None else "server"), server)
        vectors.add(KEYS, some_vectors())
        vectors.remove(KEYS[-2:])
        assert vectors.count() == len(KEYS) - 2 and vectors.keys() == set(KEYS[:-2]) and not vectors.check()
        found.append((vectors.nearest(some_vectors()[3], 5, KEYS[:2]), vectors.read(KEYS[:2])))
        vectors.close()
    (near, read), (near_there, read_there) = found
    assert near_there == pytest.approx(near, abs=1e-5) and list(near_there)[:5] == list(near)[:5]
    assert all(np.allclose(read[key], read_there[key]) for key in KEYS[:2])


def test_indexes_that_share_a_server_do_not_see_each_other_and_find_their_own_again(
    tmp_path: Path, chroma: Chroma
) -> None:
    with opened(tmp_path / "one", chroma.url) as one, opened(tmp_path / "two", chroma.url) as two:
        one.add(KEYS, some_vectors())
        assert (one.count(), two.count()) == (len(KEYS), 0)
    with opened(tmp_path / "one", chroma.url) as one:
        assert one.count() == len(KEYS)


def test_the_doctor_finds_a_server_well_and_names_a_collection_that_it_does_not_have(
    tmp_path: Path, chroma: Chroma
) -> None:
    with opened(tmp_path, chroma.url) as vectors:
        vectors.add(KEYS, some_vectors())
        there = ChromaServer(chroma.url)
        assert list(problems_at(there, name_file(tmp_path / "vectors"))) == []
        assert [each.text.code for each in problems_at(there, "lost")] == ["doctor.collection_missing"]


def test_while_the_server_is_away_questions_hear_so_at_once_and_nothing_is_lost_when_it_is_back(tmp_path: Path) -> None:
    server = Chroma(tmp_path / "chroma")
    server.start()
    with opened(tmp_path, server.url) as vectors:
        vectors.add(KEYS, some_vectors())
        server.kill()
        for _ in range(3):
            with pytest.raises(VectorsUnavailableError):
                vectors.nearest(some_vectors()[3], 5)
        with pytest.raises(VectorsUnavailableError):  # no damage, so that nothing is thrown away
            vectors.check()
        server.start()
        wait_until(lambda: not vectors.worker.trouble())
        assert next(iter(vectors.nearest(some_vectors()[3], 5))) == "a:3" and not vectors.check()
    server.kill()


def test_while_the_server_is_frozen_questions_end_and_nothing_is_lost_when_it_goes_on(tmp_path: Path) -> None:
    server = Chroma(tmp_path / "chroma")
    server.start()
    with opened(tmp_path, server.url) as vectors:
        vectors.add(KEYS, some_vectors())
        freeze(server.process.pid)
        try:
            for _ in range(2):
                with pytest.raises(VectorsUnavailableError):
                    vectors.nearest(some_vectors()[3], 5)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        wait_until(lambda: not vectors.worker.trouble())
        assert next(iter(vectors.nearest(some_vectors()[3], 5))) == "a:3" and not vectors.check()
    server.kill()


class Refusing(BaseHTTPRequestHandler):
    """A proxy that lets nobody through, and notes with which token people come."""

    tokens: list[str | None] = []  # noqa: RUF012 - one list for all requests

    def do_GET(self) -> None:
        """Every connection begins with it."""
        self.tokens.append(self.headers["authorization"])
        self.send_response(401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_refuses_the_token_is_named_and_the_token_is_not(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        vectors = Vectors(tmp_path / "vectors", ChromaServer(url, "secret-token"))
        with pytest.raises(VectorsUnavailableError) as raised:
            vectors.nearest(some_vectors()[3], 5)
        vectors.close()
        server.shutdown()
    assert url in str(raised.value) and "secret-token" not in str(raised.value)
    assert Refusing.tokens and set(Refusing.tokens) == {"Bearer secret-token"}
    assert "secret-token" not in repr(ChromaServer(url, "secret-token"))


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://host/path", "http://", "http://host:99999"])
def test_an_address_that_is_none_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_CHROMA_URL"):
        chroma_server(Settings(_env_file=None, chroma_url=url))


@pytest.mark.parametrize("url", ["http://host/?a=b", "http://host#a", "http://me:hidden@host:8000", "http://me@host"])
def test_an_address_with_more_than_scheme_host_and_port_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match="scheme, host and port only") as raised:
        chroma_server(Settings(_env_file=None, chroma_url=url))
    assert url not in str(raised.value) and "hidden" not in str(raised.value)


def test_a_slash_after_the_port_changes_nothing() -> None:
    server = chroma_server(Settings(_env_file=None, chroma_url="https://host/"))
    assert server and (server.host, server.port, server.is_encrypted) == ("host", 443, True)


def test_a_server_that_lost_its_vectors_gets_them_again_with_the_next_sync(tmp_path: Path, chroma: Chroma) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "guide.md").write_text("# 备案\n\n发改委备案需要7个工作日。", encoding="utf-8")
    settings = Settings(_env_file=None, knowledge_dir=knowledge, data_dir=tmp_path / "data", chroma_url=chroma.url)
    for is_lost in (False, True):
        with open_watched_library(settings) as library:
            library.sync()
            asked = library.embedder.query("How long does the NDRC filing take?")
            assert library.index.candidates([], asked, 5)[0].similarity is not None
            name = (library.index.vectors.folder / "collection").read_text("utf-8")
        if not is_lost:
            place = f"{chroma.url}/api/v2/tenants/default_tenant/databases/default_database/collections/{name}"
            assert httpx.delete(place).is_success


def test_an_index_moves_to_a_server_and_back_and_nothing_is_embedded_again(tmp_path: Path, chroma: Chroma) -> None:
    knowledge, data = tmp_path / "knowledge", tmp_path / "data"
    knowledge.mkdir()
    (knowledge / "guide.md").write_text("# 备案\n\n发改委备案需要7个工作日。", encoding="utf-8")
    own = {"ASSISTANT_KNOWLEDGE_DIR": str(knowledge), "ASSISTANT_DATA_DIR": str(data)}
    there = own | {"ASSISTANT_CHROMA_URL": chroma.url}
    called("ingest", "sync", **own)
    for where, to, then in ((own, chroma.url, there), (there, "files", own)):
        moved = called("ingest", "move", "--to", to, **where)
        assert moved.returncode == 0 and "Moved 1 vectors" in moved.stdout, moved.stderr
        with opened_with(then) as library:
            assert not library.index.without_vectors() and library.index.vectors.count() == 1
            library.embedder = None  # type: ignore[assignment]
            assert library.sync().unchanged == 1 and not library.index.without_vectors()
    assert sorted(each.name for each in (data / "index").iterdir() if each.is_dir()) == ["vectors"]


@contextmanager
def opened_with(own: Mapping[str, str]) -> Iterator[WatchedLibrary]:
    given = {name.removeprefix("ASSISTANT_").lower(): value for name, value in own.items()}
    with open_watched_library(Settings(_env_file=None, **given)) as library:  # type: ignore[arg-type]
        yield library


def test_an_index_that_is_in_use_is_not_moved(tmp_path: Path, chroma: Chroma) -> None:
    own = {"ASSISTANT_KNOWLEDGE_DIR": str(tmp_path), "ASSISTANT_DATA_DIR": str(tmp_path / "data")}
    with opened_with(own):
        moved = called("ingest", "move", "--to", chroma.url, **own)
    assert moved.returncode == 1 and "Stop it first" in moved.stderr
