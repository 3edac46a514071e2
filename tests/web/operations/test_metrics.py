"""Metrics are what happened, for those who hold the token; the dashboard asks for none that does not exist."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bot.answer import AnswerWarning
from bot.pipeline import Bot
from ingest.watcher import WatchedLibrary
from records import open_records
from settings import Settings
from store.answerability.encoding import Piece, QuestionToRead
from store.answerability.model import PassageToRead
from store.answerability.opening import open_answerability
from store.embeddings import Embedder, EmbeddingFailedError, open_embedder
from store.index.vector_store import Vectors
from store.vector_worker import VectorsUnavailableError
from tests.conftest import ROOT
from tests.records.conftest import come_true
from tests.support.scripted import WHOLE, Scripted
from tests.web.conftest import behind
from tests.web.staff.conftest import embedder, fill  # noqa: F401
from tests.web.staff.samples import FOLDER
from tests.web.test_health import library_of
from web.app import build
from web.operations.metrics import MeasuredBot, Metrics
from web.operations.probes import Operating
from web.operations.watching import operating

TOKEN = {"Authorization": "Bearer a-long-secret"}
Values = dict[tuple[str, ...], float]


def read(text: str) -> Values:
    """Each value under its name and its labels, which are sorted."""
    samples = (each for family in text_string_to_metric_families(text) for each in family.samples)
    return {(each.name, *each.labels.values()): each.value for each in samples}


@pytest.fixture(scope="module")
def metrics() -> Metrics:
    return Metrics("a-long-secret")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[WatchedLibrary]:  # noqa: F811
    with library_of(tmp_path_factory.mktemp("metrics"), embedder) as library:
        fill(library.settings.knowledge_dir, FOLDER)
        yield library


@pytest.fixture(scope="module")
def client(library: WatchedLibrary, metrics: Metrics) -> Iterator[TestClient]:
    """The app with its watcher, which has read the folder."""
    settings, stop = library.settings, threading.Event()
    bot = MeasuredBot(Bot(library.index, library.embedder, lists=library.lists, answerability=None), metrics)
    with open_records("", 30, settings.data_dir) as records:
        service = behind(bot, settings.knowledge_dir, records)
        own = operating(library, records, service.steps, settings, metrics)
        watching = threading.Thread(target=library.watch, args=(stop,))
        watching.start()
        with TestClient(build(service, operating=own)) as client:
            come_true(lambda: library.mirrored_at is not None)
            yield client
        stop.set()
        own.health.stop.set()
        watching.join()


def values(client: TestClient) -> Values:
    return read(client.get("/metrics", headers=TOKEN).raise_for_status().text)


def test_only_those_with_the_token_read_metrics(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer guessed"}).status_code == 401
    assert client.get("/metrics", headers=TOKEN).headers["content-type"].startswith("text/plain")


def test_without_a_token_in_the_settings_there_are_no_metrics_for_anybody(tmp_path: Path) -> None:
    for metrics in (Metrics(), Metrics("")):
        bare = TestClient(build(behind(Scripted(), tmp_path), operating=Operating(metrics=metrics)))
        assert bare.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_each_question_counts_by_outcome_and_language_with_its_seconds(
    client: TestClient, metrics: Metrics, library: WatchedLibrary
) -> None:
    bot = MeasuredBot(Bot(library.index, library.embedder, answerability=None), metrics)
    before = values(client)
    for question in ("你好", "Hello", "俄罗斯的企业所得税税率是多少？"):
        list(bot.stream(question))
    after = values(client)
    for language, outcome, more in (("zh", "greeting", 1), ("en", "greeting", 1), ("zh", "answered", 1)):
        name = ("qiantang_questions_total", language, outcome)
        assert after[name] - before.get(name, 0) == more
    total = ("qiantang_answer_seconds_count", "total")
    assert after[total] - before.get(total, 0) == 3
    assert after["qiantang_answer_seconds_sum", "search"] > before.get(("qiantang_answer_seconds_sum", "search"), 0)


def test_a_question_that_was_stopped_counts_as_stopped(client: TestClient, metrics: Metrics) -> None:
    answers = MeasuredBot(Scripted(), metrics).stream("停", ())
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert values(client)["qiantang_questions_total", "zh", "stopped"] == 1


def test_an_answer_that_was_quoted_because_the_model_failed_counts_as_a_model_error(
    client: TestClient, metrics: Metrics
) -> None:
    failed = replace(WHOLE, warnings=(AnswerWarning("model_unavailable", ""),))
    metrics.count(failed, 0.1)
    assert values(client)["qiantang_model_errors_total",] == 1


def test_failures_of_endpoints_and_of_chroma_count_by_service(client: TestClient, tmp_path: Path) -> None:
    before = values(client)
    away = Settings(_env_file=None, embedding_model="m", embedding_base_url="http://127.0.0.1:9/v1", data_dir=tmp_path)
    with pytest.raises(EmbeddingFailedError):
        open_embedder(away).embed_passages(["text"])
    judge = open_answerability(Settings(_env_file=None, rerank_url="http://127.0.0.1:9/rerank"))
    assert judge and judge.scores(QuestionToRead("?"), [PassageToRead("", (Piece("text"),))])
    vectors = Vectors(tmp_path / "vectors")
    vectors.close()
    with pytest.raises(VectorsUnavailableError):
        vectors.count()
    after = values(client)
    for service in ("embedding", "rerank", "chroma"):
        name = ("qiantang_failures_total", service)
        assert after[name] - before[name] == 1, service


def test_the_state_of_index_sync_queue_and_records_is_told(client: TestClient, library: WatchedLibrary) -> None:
    found = values(client)
    assert found["qiantang_documents",] == len(library.index.fingerprints()) > 0
    assert found["qiantang_chunks",] == library.index.chunk_count()
    assert found["qiantang_index_state", "whole"] == 1
    assert found["qiantang_index_fresh_timestamp_seconds",] > 1_700_000_000
    assert found["qiantang_sync_stage", "ready"] == 1
    assert found["qiantang_sync_files", "all"] == found["qiantang_sync_files", "done"]
    assert found["qiantang_queue", "running"] == found["qiantang_queue", "waiting"] == 0
    assert found["qiantang_records_waiting",] == found["qiantang_records_lost_total",] == 0


def test_the_dashboard_asks_only_for_metrics_and_labels_that_exist(client: TestClient, metrics: Metrics) -> None:
    list(MeasuredBot(Scripted(), metrics).stream("问", ()))
    text = client.get("/metrics", headers=TOKEN).text
    families = [each for family in text_string_to_metric_families(text) for each in family.samples]
    known = {each.name: set(each.labels) for each in families} | {"qiantang_trouble": {"code"}}
    dashboard = json.loads((ROOT / "deploy/grafana.json").read_text(encoding="utf-8"))
    targets = [each for panel in dashboard["panels"] for each in panel["targets"]]
    assert len(targets) > 15
    for target in targets:
        names = re.findall(r"qiantang_\w+", target["expr"])
        assert names and set(names) <= known.keys(), target["expr"]
        labels = re.findall(r"{{(\w+)}}", target["legendFormat"])
        assert set(labels) <= known[names[0]] | {"instance"}, target
        # of several processes each line is one of them, or all together
        assert "instance" in labels or re.search(r"\b(sum|max|min)\b", target["expr"]), target
