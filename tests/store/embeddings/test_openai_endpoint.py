"""Embedding endpoints: spoken to as they expect, over HTTP, and clear about what went wrong."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import nan
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from settings import Settings, SettingsError
from store.embeddings import Embedder, EmbeddingFailedError, open_embedder, openai_endpoint
from store.embeddings.sample import Sample
from tests.support.model_server import Script, drips_a_line, drips_its_headers, scripted_server


class Service(BaseHTTPRequestHandler):
    """An embedding endpoint: three figures for each text. It keeps what it was asked."""

    asked: list[dict[str, Any]]
    status: int
    missing: int
    turned: int
    """By how many places the figures are turned: another model."""
    lie: Any
    """Something else than the figures, if set."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "key": self.headers["Authorization"], **request})
        texts = request["input"][self.missing :]
        figures = [deque([len(text), text.count("a"), 1]) for text in texts]
        for each in figures:
            each.rotate(self.turned)
        vectors = [self.lie or list(each) for each in figures]
        data = [{"object": "embedding", "index": i, "embedding": each} for i, each in enumerate(vectors)]
        answer = {
            "object": "list",
            "model": request["model"],
            "data": data,
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        self.respond(answer if self.status == 200 else {"error": {"message": "no such key: secret"}})

    def respond(self, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keeps the test's output quiet."""


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the sample vectors are kept."""
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))


@pytest.fixture
def service() -> Iterator[Any]:
    with started() as kind:
        yield kind


@pytest.fixture
def second() -> Iterator[Any]:
    with started() as kind:
        yield kind


@contextmanager
def started() -> Iterator[Any]:
    told = {"asked": [], "status": 200, "missing": 0, "turned": 0, "lie": None, "address": ""}
    kind: Any = type("Started", (Service,), told)
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    kind.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kind
    server.shutdown()
    thread.join()
    server.server_close()


def remote(service: Any, model: str = "bge-m3", **others: Any) -> Embedder:
    others = {
        "embedding_base_url": service.address,
        "OPENAI_BASE_URL": service.address,
        "OPENAI_API_KEY": "secret",
        **others,
    }
    return open_embedder(Settings(_env_file=None, embedding_model=model, **others))


def requests(service: Any) -> list[dict[str, Any]]:
    """What it was asked, without the sample by which it is compared."""
    return [each for each in service.asked if each["input"] != Sample.texts()]


def test_an_endpoint_is_sent_the_texts_themselves_in_small_requests(service: Any) -> None:
    texts = [f"{'a' * number} text" for number in range(25)]
    vectors = remote(service).passages(texts)
    assert [text for request in requests(service) for text in request["input"]] == texts
    assert max(len(request["input"]) for request in service.asked) <= 10
    assert {request["path"] for request in service.asked} == {"/v1/embeddings"}
    assert {request["key"] for request in service.asked} == {"Bearer secret"}
    expected = np.array([[len(text), text.count("a"), 1] for text in texts], np.float32)
    np.testing.assert_allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), rtol=1e-6)


def test_a_question_to_an_endpoint_is_normalised_too(service: Any) -> None:
    vector = remote(service, OPENAI_API_KEY="").query("a question")
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector, np.array([10, 1, 1]) / np.sqrt(102), rtol=1e-6)


def test_the_general_address_serves_where_no_other_is_set(service: Any) -> None:
    embedder = remote(service, embedding_base_url="", OPENAI_BASE_URL=service.address)
    assert embedder.name == "bge-m3"
    assert embedder.query("a").shape == (3,)


def test_only_e5_models_behind_an_endpoint_get_prefixes(service: Any) -> None:
    for model in ["intfloat/multilingual-e5-large", "multilingual-e5-large-instruct"]:
        remote(service, model).passages(["text"])
        remote(service, model).query("text")
    sent = [request["input"] for request in requests(service)]
    assert sent == [["passage: text"], ["query: text"], ["text"], ["text"]]


def test_an_endpoint_that_refuses_is_named_with_what_to_check(service: Any) -> None:
    service.status = 401
    with pytest.raises(
        EmbeddingFailedError, match=r"127\.0\.0\.1.*bge-m3.*AuthenticationError 401.*OPENAI_API_KEY"
    ) as caught:
        remote(service).query("text")
    assert "secret" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize("general", ["", "https://chat.example.org/v1"])
def test_the_key_of_another_host_is_not_sent(general: str, service: Any) -> None:
    remote(service, OPENAI_BASE_URL=general).query("text")
    assert {request["key"] for request in service.asked} == {"Bearer none"}


@pytest.mark.parametrize("texts", [["one"], ["one", "two"]])
def test_an_endpoint_that_leaves_texts_out_is_refused(texts: list[str], service: Any) -> None:
    embedder = remote(service)
    embedder.query("before")
    service.missing = 1
    with pytest.raises(EmbeddingFailedError, match="bge-m3"):
        embedder.passages(texts)


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize(
    "lie", [[nan, 1.0, 1.0], [1e300, 1.0, 1.0], [0.0, 0.0, 0.0], ["a", "b", "c"], {"a": 1}], ids=str
)
def test_vectors_that_are_none_are_refused_and_the_next_true_ones_are_taken(lie: Any, service: Any) -> None:
    embedder = remote(service)
    embedder.query("before")
    service.lie = lie
    with pytest.raises(EmbeddingFailedError, match="bge-m3"):
        embedder.passages(["text"])
    service.lie = None
    assert embedder.embed_passages(["text"], background=True)[0].shape == (1, 3)


@pytest.mark.parametrize("drips", [drips_its_headers, drips_a_line])
def test_an_endpoint_that_drips_is_left_at_the_time_limit_of_all_tries(
    drips: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_endpoint, "SECONDS_OF_A_QUESTION", 0.4)
    with scripted_server() as server:
        server.script = drips
        with pytest.raises(EmbeddingFailedError, match="bge-m3"):
            remote(server).query("text")
        assert server.left.wait(30)


def test_a_model_without_an_endpoint_is_refused_when_opening() -> None:
    with pytest.raises(SettingsError, match=r"ASSISTANT_EMBEDDING_MODEL=bge-m3.*ASSISTANT_EMBEDDING_BASE_URL"):
        open_embedder(Settings(_env_file=None, embedding_model="bge-m3", OPENAI_API_KEY="", OPENAI_BASE_URL=""))


def both(service: Any, second: Any) -> Embedder:
    """An embedder with two endpoints, of which each calls the model by another name."""
    addresses = f"{service.address},{second.address}"
    return remote(service, "bge-m3,BAAI/bge-m3", embedding_base_url=addresses, embedding_key="k1,k2")


def texts_sent(service: Any) -> list[str]:
    return [text for request in service.asked for text in request["input"]]


def test_the_next_endpoint_gives_the_vectors_while_the_first_is_away(
    service: Any, second: Any, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = both(service, second)
    assert embedder.name == "bge-m3"
    expected = embedder.query("a question")
    assert not second.asked
    service.status = 503
    for _ in range(2):
        np.testing.assert_allclose(embedder.query("a question"), expected)
    assert not embedder.trouble()
    assert texts_sent(service).count("a question") == 2, "it is left alone for a while"
    assert {(each["model"], each["key"]) for each in second.asked} == {("BAAI/bge-m3", "Bearer k2")}
    assert caplog.text.count("The next endpoint is asked for now") == 1


def test_an_endpoint_of_another_model_is_refused_also_after_a_start_without_the_first(
    service: Any, second: Any
) -> None:
    second.turned = 1
    both(service, second).query("a")
    service.status = 503
    for _ in range(2):
        embedder = both(service, second)
        with pytest.raises(EmbeddingFailedError, match=r"BAAI/bge-m3 differ from those .*ASSISTANT_EMBEDDING_BASE_URL"):
            embedder.passages(["a"])
        assert embedder.trouble().code == "embedding.other_model"
    assert "a" not in texts_sent(second), "nothing of the documents was sent to it"
    service.status = 200
    assert both(service, second).passages(["a"]).shape == (1, 3)


def test_a_single_endpoint_that_comes_back_with_another_model_is_refused_until_it_has_the_old_one(
    service: Any, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = remote(service)
    embedder.query("before")
    service.status = 503
    with pytest.raises(EmbeddingFailedError):
        embedder.query("while it is away")
    service.status, service.turned = 200, 1
    for each in (embedder, remote(service)):
        with pytest.raises(EmbeddingFailedError, match=r"bge-m3 differ from those .* --rebuild"):
            each.embed_passages(["a document"], background=True)
    assert "a document" not in texts_sent(service)
    service.turned = 0
    assert embedder.embed_passages(["a document"], background=True)[0].shape == (1, 3) and not embedder.trouble()
    assert caplog.text.count("gives vectors again") == 1
