"""Answerability by any `/rerank` endpoint, in the convention of Jina, Cohere and vLLM, or of TEI.

The endpoint gets each snippet with its title and heading as a document of its own. While it fails, the bundled model
reads instead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from math import log
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr, TypeAdapter, ValidationError

from store.answerability.encoding import QuestionToRead
from store.answerability.model import AnswerabilityModel, PassageToRead, Scores

SECONDS = 5.0
"""Time limit of a request: a person waits."""
PAUSE_SECONDS = 30.0
"""After a failure, questions do without the endpoint for so long."""
CERTAIN = 1e-4
"""Relevance below which, and above one minus which, an endpoint is not believed."""
UNPROCESSABLE = 422

LOG = logging.getLogger(__name__)


class Relevance(BaseModel):
    """Relevance of one document, 0 to 1; TEI calls it `score`."""

    index: int = Field(ge=0)
    relevance_score: float | None = None
    score: float | None = None


RELEVANCES = TypeAdapter(list[Relevance])


class RerankError(Exception):
    """The endpoint gave no usable relevances; the message says why."""


class RerankEndpoint:
    """Model behind `address`, the whole address of its `/rerank`. Thread-safe; `otherwise` reads while it fails."""

    def __init__(self, address: str, model: str, key: SecretStr, otherwise: AnswerabilityModel) -> None:
        self._address, self._model, self._otherwise = address, model, otherwise
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key.get_secret_value() else {}
        self._client = httpx.Client(headers=headers, timeout=SECONDS, trust_env=False)
        self._spared_until = 0.0
        self._name_of_documents = "documents"

    def scores(self, question: QuestionToRead, passages: Sequence[PassageToRead], /) -> list[Scores]:
        """Scores of the snippets of each passage: the logarithm of the odds of the relevance.

        What a further snippet adds, no endpoint can say: the bundled model reads after what was answered already.
        """
        if question.given or time.monotonic() < self._spared_until:
            return self._otherwise.scores(question, passages)
        texts = [
            "\n".join(filter(None, (each.title, piece.context, piece.text)))
            for each in passages
            for piece in each.pieces
        ]
        try:
            found = iter(self._relevances(f"{question.before} {question.text}".strip(), texts) if texts else [])
        except (httpx.HTTPError, RerankError) as error:
            self._spared_until = time.monotonic() + PAUSE_SECONDS
            LOG.warning(
                "%s gives no relevances (%s): the bundled model reads for now. Check ASSISTANT_RERANK_URL,"
                " ASSISTANT_RERANK_MODEL and OPENAI_API_KEY.",
                self._address,
                reason(error),
            )
            return self._otherwise.scores(question, passages)
        return [tuple(next(found) for _ in each.pieces) for each in passages]

    def _relevances(self, query: str, texts: Sequence[str]) -> list[float]:
        """Scores of texts, in their order. Raises httpx.HTTPError and RerankError."""
        reply = self._post(query, texts)
        if reply.status_code == UNPROCESSABLE and self._name_of_documents == "documents":
            self._name_of_documents = "texts"  # TEI
            reply = self._post(query, texts)
        reply.raise_for_status()
        try:
            content: Any = reply.json()
            rows = RELEVANCES.validate_python(content["results"] if isinstance(content, dict) else content)
        except (KeyError, ValidationError, ValueError) as error:
            raise RerankError(f"its answer is not that of a /rerank endpoint: {type(error).__name__}") from None
        by_number = {each.index: each.score if each.relevance_score is None else each.relevance_score for each in rows}
        values = [by_number.get(number) for number in range(len(texts))]
        if any(value is None for value in values):
            raise RerankError("it left documents out")
        return [log_odds(value) for value in values if value is not None]

    def _post(self, query: str, texts: Sequence[str]) -> httpx.Response:
        return self._client.post(
            self._address, json={"model": self._model, "query": query, self._name_of_documents: list(texts)}
        )


def log_odds(relevance: float) -> float:
    """Logarithm of the odds of a relevance, which is taken to be 0 to 1."""
    kept = min(max(relevance, CERTAIN), 1 - CERTAIN)
    return log(kept / (1 - kept))


def reason(error: Exception) -> str:
    """Reason of a failure that is safe to log: a server's own message may repeat the key or the question."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    return str(error) if isinstance(error, RerankError) else type(error).__name__
