"""Metrics at `/metrics` in Prometheus format: answers, index, queue and records.

No value holds a question, a name or a path.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from bot.answer import Answer, Turn
from circuit_breaker import FAILURES
from text.messages import message
from web.context import BotLike

BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60)
"""Upper bounds in seconds.

Answers without a model take 0.1 to 0.5, those with one up to ASSISTANT_CHAT_SECONDS.
"""
SERVICES = ("embedding", "rerank", "chroma")
"""Services whose failures are counted; those of chat models are `model_errors`."""
STOPPED = "stopped"
"""Outcome of a question whose reader left before the answer was complete."""


class Metrics:
    """Counters since the start, readable with `token`; an empty token denies everyone."""

    def __init__(self, token: str = "") -> None:
        # When each counter began would double what is read.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.token, self.registry = token, (own := CollectorRegistry())
        self.questions = Counter("qiantang_questions", "Questions", ["outcome", "language"], registry=own)
        self.seconds = Histogram(
            "qiantang_answer_seconds", "Seconds of an answer", ["stage"], buckets=BUCKETS, registry=own
        )
        self.model_errors = Counter("qiantang_model_errors", "Answers quoted because the model failed", registry=own)
        ProcessCollector("qiantang", registry=own)
        own.register(ServiceFailures())

    def count(self, answer: Answer, first: float) -> None:
        """Counts a complete answer; `first` is the time to its first words, in seconds."""
        self.questions.labels(answer.outcome.value, answer.language).inc()
        spent = answer.seconds
        stages = {"search": spent.search, "compose": spent.compose, "first_words": first, "total": spent.total}
        for stage, seconds in stages.items():
            self.seconds.labels(stage).observe(seconds)
        if any(warning.kind == "model_unavailable" for warning in answer.warnings):
            self.model_errors.inc()


class ServiceFailures(Collector):
    """Requests that endpoints and Chroma did not answer rightly, since the start."""

    def collect(self) -> Iterator[Metric]:
        """Yields one counter, with 0 for services that never failed."""
        found = CounterMetricFamily("qiantang_failures", "Requests that a service did not answer", labels=["service"])
        for service in SERVICES:
            found.add_metric([service], FAILURES[service])
        yield found


@dataclass(frozen=True)
class MeasuredBot:
    """The bot, with each of its answers counted."""

    bot: BotLike
    metrics: Metrics

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        """Yields the answers of the bot."""
        began, first, answer = time.monotonic(), 0.0, None
        try:
            for answer in self.bot.stream(question, history, language, country=country):
                first = first or time.monotonic() - began
                yield answer
        finally:
            if answer and answer.complete:
                self.metrics.count(answer, first)
            elif answer:
                self.metrics.questions.labels(STOPPED, answer.language).inc()


def router(metrics: Metrics) -> APIRouter:
    """Route `/metrics` for those who send the token; without one there is no route.

    Being on this machine is not enough: a proxy here makes every stranger look like that.
    """
    routes = APIRouter()
    if not metrics.token:
        return routes

    @routes.get("/metrics")
    def show_metrics(authorization: Annotated[str, Header()] = "") -> Response:
        if not compare_digest(authorization.encode(), f"Bearer {metrics.token}".encode()):
            return PlainTextResponse(f"{message('metrics.no_token')}\n", 401, {"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return routes
