"""OpenTelemetry traces: a span per answer and stage, without words of a question."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer, set_span_in_context

from bot.answer import Answer, Turn
from web.context import BotLike

NAME = "qiantang-assistant"


def open_tracing(url: str) -> TracerProvider:
    """Returns a tracer provider for an OTLP collector, such as http://127.0.0.1:4317.

    The protocol is gRPC. It is not the provider of the whole process, so libraries send nothing there. A collector that
    is away delays nobody; its absence is logged.
    """
    provider = TracerProvider(resource=Resource({"service.name": NAME}))
    exporter = OTLPSpanExporter(endpoint=url, insecure=url.startswith("http://"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


@dataclass(frozen=True)
class TracedBot:
    """The bot, with a trace of each complete answer."""

    bot: BotLike
    tracer: Tracer

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        """Yields the answers of the bot."""
        began = time.time_ns()
        for answer in self.bot.stream(question, history, language, country=country):
            if answer.complete:
                self.trace(answer, began)
            yield answer

    def trace(self, answer: Answer, began: int) -> None:
        """Writes the spans of an answer; `began` is its start in nanoseconds since 1970."""
        known = {"outcome": answer.outcome.value, "language": answer.language, "mode": answer.mode}
        whole = self.tracer.start_span("answer", start_time=began, attributes=known)
        within, at = set_span_in_context(whole), began
        for stage, seconds in (("search", answer.seconds.search), ("compose", answer.seconds.compose)):
            if seconds:
                span, at = self.tracer.start_span(stage, within, start_time=at), at + round(seconds * 1e9)
                span.end(at)
        whole.end(max(at, time.time_ns()))
