"""Any `/rerank` endpoint can read in place of the bundled model, and the bundled one reads while it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import nan
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from settings import SettingsError, load
from store.answerability import model as models
from store.answerability import rerank_endpoint
from store.answerability.encoding import Piece, QuestionToRead
from store.answerability.model import PassageToRead, Scores, load_bundled_model
from store.answerability.opening import open_answerability
from store.answerability.rerank_endpoint import RerankEndpoint
from store.endpoints import ModelEndpoint
from tests.support.model_server import Script, drips_a_line, drips_its_headers, scripted_server

PASSAGES = [
    PassageToRead("备案", (Piece("三天。", "多久？"), Piece("免费。"))),
    PassageToRead("签证", (Piece("五天。"),)),
]
Reply = tuple[int, Any]


class Otherwise:
    """The model that reads while the endpoint fails."""

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        return [tuple(-1.0 for _ in each.pieces) for each in passages]


def endpoint_at(address: str, model: str = "", key: str = "") -> RerankEndpoint:
    return RerankEndpoint(ModelEndpoint(address, model, SecretStr(key)), Otherwise())


@contextmanager
def served(reply: Callable[[dict[str, Any]], Reply]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real server of `/rerank`: its address, and what it was sent."""
    sent: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            sent.append({**body, "key": self.headers.get("Authorization", "")})
            status, content = reply(body)
            text = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/rerank", sent
    finally:
        server.shutdown()
        server.server_close()


def relevances(body: dict[str, Any]) -> list[tuple[int, str, float]]:
    """Number, text and relevance of each document, the best first, as all but TEI sort them."""
    rated = [(number, text, 0.9 if "三天" in text else 0.1) for number, text in enumerate(body["documents"])]
    return sorted(rated, key=lambda each: -each[2])


def jina(body: dict[str, Any]) -> Reply:
    rows = [
        {"index": number, "relevance_score": score, "document": {"text": text}}
        for number, text, score in relevances(body)
    ]
    usage = {"total_tokens": 12, "prompt_tokens": 12}
    return 200, {"model": "m", "object": "list", "usage": usage, "results": rows}


def cohere(body: dict[str, Any]) -> Reply:
    rows = [{"index": number, "relevance_score": score} for number, _, score in relevances(body)]
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}
    return 200, {"results": rows, "id": "07734bd2", "meta": meta}


def vllm(body: dict[str, Any]) -> Reply:
    rows = [
        {"index": number, "document": {"text": text, "multi_modal": None}, "relevance_score": score}
        for number, text, score in relevances(body)
    ]
    return 200, {"id": "rerank-1", "model": "m", "usage": {"total_tokens": 9}, "results": rows}


MOST_OF_TEI = 32


def tei(body: dict[str, Any]) -> Reply:
    if "texts" not in body:
        return 422, b"Failed to deserialize the JSON body into the target type: missing field `texts`"
    if len(body["texts"]) > MOST_OF_TEI:
        return 413, {
            "error": f"batch size {len(body['texts'])} > maximum allowed batch size",
            "error_type": "Validation",
        }
    rows = [{"index": number, "score": score} for number, _, score in relevances({"documents": body["texts"]})]
    return 200, rows


@pytest.mark.parametrize("service", [jina, cohere, vllm, tei])
def test_relevances_become_log_odds_in_the_order_of_the_snippets(service: Callable[[dict[str, Any]], Reply]) -> None:
    with served(service) as (address, sent):
        scores = endpoint_at(address, "m", "k").scores(QuestionToRead("要多久", "备案"), PASSAGES)
    assert scores == [
        (pytest.approx(2.197, abs=0.01), pytest.approx(-2.197, abs=0.01)),
        (pytest.approx(-2.197, abs=0.01),),
    ]
    assert sent[0]["query"] == "备案 要多久" and sent[0]["model"] == "m" and sent[0]["key"] == "Bearer k"
    assert sent[0]["documents"][0] == "备案\n多久？\n三天。", "a snippet is read with its title and heading"


def test_an_endpoint_is_made_ready_once_however_often_the_app_sees_to_it() -> None:
    with served(jina) as (address, sent):
        endpoint = endpoint_at(address)
        for _ in range(3):
            models.load(endpoint)
    assert len(sent) == 1, "an app that nobody asks would send 17,000 requests a day"


def test_the_convention_of_tei_is_found_out_once() -> None:
    with served(tei) as (address, sent):
        endpoint = endpoint_at(address)
        endpoint.scores(QuestionToRead("要多久"), PASSAGES)
        endpoint.scores(QuestionToRead("要多久"), PASSAGES)
    assert ["texts" in each for each in sent] == [False, True, True]
    assert all(each["truncate"] for each in sent[1:]), "a text that is too long for it would be refused"
    assert sent[0]["key"] == ""


def test_tei_gets_no_more_texts_in_a_request_than_it_takes() -> None:
    many = [PassageToRead("备案", tuple(Piece("三天。" if number == 40 else "免费。") for number in range(70)))]
    with served(tei) as (address, sent):
        (scores,) = endpoint_at(address).scores(QuestionToRead("要多久"), many)
    assert [len(each["texts"]) for each in sent[1:]] == [32, 32, 6]
    assert [number for number, score in enumerate(scores) if score and score > 0] == [40]


@pytest.mark.parametrize(
    "reply",
    [
        (500, {"error": "secret k"}),
        (200, b"<html>"),
        (200, {"data": []}),
        (200, {"results": [{"index": 0, "relevance_score": 0.5}]}),
        (200, {"results": [{"index": "x"}]}),
        (200, [{"index": 0, "score": 4.2}, {"index": 1, "score": -2.1}, {"index": 2, "score": 0.5}]),
        (200, [{"index": 0, "score": nan}, {"index": 1, "score": 0.5}, {"index": 2, "score": 0.5}]),
    ],
    ids=["failing", "no JSON", "another service", "documents left out", "other fields", "logits", "no number"],
)
def test_while_it_fails_the_bundled_model_reads_and_it_is_left_alone_for_a_while(
    reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    with served(lambda _: reply) as (address, sent):
        endpoint = endpoint_at(address, "m", "k")
        for _ in range(3):
            assert endpoint.scores(QuestionToRead("要多久"), PASSAGES) == [(-1.0, -1.0), (-1.0,)]
    assert len(sent) == 1
    assert "ASSISTANT_RERANK_URL" in caplog.text and "secret" not in caplog.text and "要多久" not in caplog.text


def test_an_endpoint_that_is_not_there_costs_no_answer() -> None:
    endpoint = endpoint_at("http://127.0.0.1:9/rerank", "m")
    assert endpoint.scores(QuestionToRead("要多久"), PASSAGES) == [(-1.0, -1.0), (-1.0,)]


@pytest.mark.parametrize("drips", [drips_its_headers, drips_a_line])
def test_an_endpoint_that_drips_costs_a_question_no_more_than_the_time_limit(
    drips: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank_endpoint, "SECONDS", 0.4)
    with scripted_server() as server:
        server.script = drips
        assert endpoint_at(server.address).scores(QuestionToRead("要多久"), PASSAGES) == [(-1.0, -1.0), (-1.0,)]
        assert server.left.wait(30)


def test_the_settings_choose_the_bundled_model_an_endpoint_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_answerability(load()) is load_bundled_model(load().embedding_engine)
    monkeypatch.setenv("ASSISTANT_RERANK_URL", "http://127.0.0.1:9/rerank")
    assert isinstance(open_answerability(load()), RerankEndpoint)
    monkeypatch.setenv("ASSISTANT_RERANK_URL", "127.0.0.1:9")
    with pytest.raises(SettingsError, match=r"ASSISTANT_RERANK_URL=127\.0\.0\.1:9: give the whole address"):
        open_answerability(load())
    monkeypatch.setenv("ASSISTANT_ANSWERABILITY", "none")
    assert open_answerability(load()) is None


def test_the_key_goes_only_to_the_host_that_it_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with served(jina) as (address, sent):
        monkeypatch.setenv("ASSISTANT_RERANK_URL", address)
        for base in ("http://127.0.0.1:9/v1", address.removesuffix("/rerank")):
            monkeypatch.setenv("OPENAI_BASE_URL", base)
            model = open_answerability(load())
            assert model is not None
            model.scores(QuestionToRead("要多久"), PASSAGES)
        monkeypatch.setenv("ASSISTANT_RERANK_KEY", "its-own")
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        model = open_answerability(load())
        assert model is not None
        model.scores(QuestionToRead("要多久"), PASSAGES)
    assert [each["key"] for each in sent] == ["", "Bearer k", "Bearer its-own"]
