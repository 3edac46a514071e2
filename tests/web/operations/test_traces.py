"""A collector gets one span an answer and one a stage, and nothing of what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

from bot.answer import Seconds
from tests.support.ports import free_port
from tests.support.scripted import QUESTION, WHOLE, Scripted
from web.operations.traces import TracedBot, open_tracing


class Collector(TraceServiceServicer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def Export(self, request: Any, context: Any) -> ExportTraceServiceResponse:  # noqa: N802  # the protocol's name
        self.requests.append(request)
        return ExportTraceServiceResponse()

    def spans(self) -> list[Any]:
        scopes = [scope for each in self.requests for found in each.resource_spans for scope in found.scope_spans]
        return [span for scope in scopes for span in scope.spans]


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    server, collector, port = grpc.server(ThreadPoolExecutor(1)), Collector(), free_port()
    add_TraceServiceServicer_to_server(collector, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield collector, f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def test_an_answer_is_a_span_with_its_stages_in_it() -> None:
    with collecting() as (collector, address):
        provider = open_tracing(address)
        bot = TracedBot(Scripted(), provider.get_tracer("test"))
        assert [each.complete for each in bot.stream(QUESTION)] == [False, True]
        bot.trace(replace(WHOLE, question=QUESTION, seconds=Seconds(0.2, 0.1, 0.3)), 1_000_000_000)
        assert provider.force_flush()
        spans = collector.spans()
        provider.shutdown()
        sent = str(collector.requests)
    assert [span.name for span in spans] == ["answer", "search", "compose", "answer"]
    _, search, compose, whole = spans
    assert search.parent_span_id == compose.parent_span_id == whole.span_id
    assert search.end_time_unix_nano - search.start_time_unix_nano == 200_000_000
    assert compose.start_time_unix_nano == search.end_time_unix_nano
    assert {each.key: each.value.string_value for each in whole.attributes} == {
        "outcome": "answered", "language": "zh", "mode": "extractive",
    }  # fmt: skip
    assert "qiantang-assistant" in sent
    told = str([(each.name, each.attributes) for each in spans])  # random ids may hold any character
    assert QUESTION not in sent and QUESTION.encode("unicode_escape").decode() not in sent and "25%" not in told


def test_a_collector_that_is_away_holds_up_no_answer() -> None:
    provider = open_tracing(f"http://127.0.0.1:{free_port()}")
    assert list(TracedBot(Scripted(), provider.get_tracer("test")).stream(QUESTION))[-1].complete
