"""Answerability by any `/rerank` endpoint.

It follows the convention of Jina, Cohere and vLLM, or of TEI. The endpoint gets each snippet with its title and heading
as a document of its own. While it fails, the bundled model reads instead.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import log
from typing import Any

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from circuit_breaker import Breaker
from store.answerability.encoding import QuestionToRead
from store.answerability.model import AnswerabilityModel, PassageToRead, Scores
from store.endpoints import ModelEndpoint
from text.messages import NOTHING, Message, MessageError, as_it_is, message
from time_limit import wait_at_most

SECONDS = 5.0
"""Time limit of all requests for a question together: a person waits."""
PAUSE_SECONDS = 30.0
"""Seconds for which questions do without the endpoint after a failure.

Then one of them tries it again.
"""
CERTAIN = 1e-4
"""Relevance below which, and above one minus which, an endpoint is not believed."""
UNPROCESSABLE = 422
"""Status with which TEI says that it knows no `documents`."""
SAMPLE = ("How long does it take?", ("It takes seven days", "The weather is fine"))
"""Question and texts by which an endpoint is tried out."""
TEXTS_A_REQUEST = 32
"""Most texts that TEI takes in one request as it is installed."""

LOG = logging.getLogger(__name__)


class Relevance(BaseModel):
    """Relevance of one document, 0 to 1; TEI calls it `score`."""

    index: int = Field(ge=0)
    relevance_score: float | None = None
    score: float | None = None


RELEVANCES = TypeAdapter(list[Relevance])


class RerankError(MessageError):
    """The endpoint gave no usable relevances; the message says why."""


FAILURES = (httpx.HTTPError, RerankError, TimeoutError)


class RerankEndpoint:
    """Model behind the address of a `/rerank` endpoint. Thread-safe.

    `otherwise` is the model that reads while it fails.
    """

    def __init__(self, endpoint: ModelEndpoint, otherwise: AnswerabilityModel) -> None:
        self._endpoint, self._otherwise = endpoint, otherwise
        key = endpoint.key.get_secret_value()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=SECONDS, trust_env=False)
        self._breaker = Breaker(PAUSE_SECONDS, trial=2 * SECONDS, service="rerank")
        self._is_tei = False

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        """Returns the scores of the snippets of each passage: log odds of the relevance.

        No endpoint can tell what a further snippet adds: if something was answered already, the bundled model reads.
        """
        texts = [
            "\n".join(filter(None, (each.title, piece.context, piece.text)))
            for each in passages
            for piece in each.pieces
        ]
        if question.given or not texts or not self._breaker.lets_through():
            return self._otherwise.scores(question, passages)
        try:
            query = f"{question.before} {question.text}".strip()
            found = iter(wait_at_most(SECONDS, self._relevances(query, texts)))
        except FAILURES as error:
            if self._breaker.trip():
                LOG.warning(
                    "%s gives no relevances (%s): the bundled model reads for now. Check ASSISTANT_RERANK_URL,"
                    " ASSISTANT_RERANK_MODEL and the key.",
                    self._endpoint.address,
                    reason(error),
                )
            return self._otherwise.scores(question, passages)
        self._breaker.close()
        return [tuple(next(found) for _ in each.pieces) for each in passages]

    def trouble(self) -> Message:
        """Reason why it gives no relevances of a sample; NOTHING if it does."""
        try:
            wait_at_most(SECONDS, self._relevances(*SAMPLE))
        except FAILURES as error:
            return reason(error)
        return NOTHING

    async def _relevances(self, query: str, texts: Sequence[str]) -> list[float]:
        """Returns the scores of texts, in their order.

        Raises httpx.HTTPError if the endpoint cannot be reached or refuses.
        Raises RerankError if it gives no usable relevances.
        """
        if not self._is_tei:
            reply = await self._post({"query": query, "documents": list(texts)})
            if reply.status_code != UNPROCESSABLE:
                return scores_in(reply, len(texts))
        found: list[float] = []
        for start in range(0, len(texts), TEXTS_A_REQUEST):
            batch = texts[start : start + TEXTS_A_REQUEST]
            found += scores_in(await self._post({"query": query, "texts": batch, "truncate": True}), len(batch))
        self._is_tei = True
        return found

    async def _post(self, asked: dict[str, Any]) -> httpx.Response:
        name = {"model": self._endpoint.model} if self._endpoint.model else {}
        return await self._client.post(self._endpoint.address, json=name | asked)


def scores_in(reply: httpx.Response, count: int) -> list[float]:
    """Returns the scores of `count` texts, in their order.

    Raises httpx.HTTPStatusError if the status is not one of success.
    Raises RerankError if a relevance is missing or not from 0 to 1, or the answer has another form.
    """
    reply.raise_for_status()
    try:
        content: Any = reply.json()
        rows = RELEVANCES.validate_python(content["results"] if isinstance(content, dict) else content)
    except (KeyError, ValidationError, ValueError) as error:
        raise RerankError(message("rerank.other_form", error=type(error).__name__)) from None
    by_number = {each.index: each.score if each.relevance_score is None else each.relevance_score for each in rows}
    values = [value for number in range(count) if (value := by_number.get(number)) is not None]
    if len(values) < count:
        raise RerankError(message("rerank.left_out"))
    if not all(0 <= value <= 1 for value in values):
        raise RerankError(message("rerank.not_shares"))
    return [log_odds(value) for value in values]


def log_odds(relevance: float) -> float:
    """Returns the log odds of a relevance from 0 to 1, cut at CERTAIN."""
    kept = min(max(relevance, CERTAIN), 1 - CERTAIN)
    return log(kept / (1 - kept))


def reason(error: Exception) -> Message:
    """Returns the reason of a failure, safe to log.

    A server's own message is left out: it may repeat the key or the question.
    """
    if isinstance(error, httpx.HTTPStatusError):
        return message("rerank.status", status=error.response.status_code)
    return error.message if isinstance(error, RerankError) else as_it_is(type(error).__name__)
