"""Embeddings from OpenAI-compatible endpoints of one model, by preference."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from circuit_breaker import Breaker
from store.embeddings.sample import Sample
from store.endpoints import ModelEndpoint
from store.messages import NOTHING, Message, MessageError, message

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

SECONDS, RETRIES = 60, 3
"""Time limit of a request, and how often it is repeated."""
SECONDS_OF_A_QUESTION, RETRIES_OF_A_QUESTION = 10, 1
"""SECONDS and RETRIES while a person waits."""
SECONDS_BEFORE_THE_NEXT = 3
"""SECONDS while a person waits and another endpoint can be asked.

Nothing is repeated then.
"""
PAUSE_SECONDS = 30.0
"""Seconds for which questions do without an endpoint after a failure.

Then one of them tries it again.
"""
# Some services accept no more texts in one request.
TEXTS_A_REQUEST = 10
# The e5 models were trained with prefixes, except the instruct models.
PREFIXED = re.compile(r"\be5-(small|base|large)(?!.*instruct)", re.IGNORECASE)

log = logging.getLogger(__name__)

Vectors = list[list[float]]


class EmbeddingFailedError(MessageError):
    """An endpoint returned no vectors; the message says which one, why and the remedy."""


class EndpointClient:
    """One endpoint and its state. Thread-safe.

    `is_last`: there is none to ask after it.
    """

    def __init__(self, endpoint: ModelEndpoint, is_last: bool) -> None:
        self.endpoint, self._is_last = endpoint, is_last
        self.breaker = Breaker(PAUSE_SECONDS, trial=PAUSE_SECONDS)
        self.is_compared = False
        self.refused = NOTHING
        self._state, self._clients = Lock(), dict[bool, "OpenAIEmbeddings"]()

    def vectors(self, texts: list[str], is_patient: bool) -> Vectors:
        """Returns vectors of texts.

        Raises EmbeddingFailedError.
        """
        from openai import OpenAIError

        try:
            vectors = self._client(is_patient).embed_documents(texts)
        except (OpenAIError, ValueError) as error:
            # The service's message may repeat the key, and so may a log of the cause.
            raise self._failed(f"{type(error).__name__} {getattr(error, 'status_code', '')}".rstrip()) from None
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
            raise self._failed(message("embedding.wrong_count", texts=len(texts), vectors=len(vectors)))
        if self.breaker.close():
            log.warning("%s gives vectors again.", self.endpoint.address)
        return vectors

    def _failed(self, reason: str | Message) -> EmbeddingFailedError:
        told = message("embedding.failed", address=self.endpoint.address, model=self.endpoint.model, reason=reason)
        if self.breaker.trip():
            instead = "Questions are answered by words" if self._is_last else "The next endpoint is asked"
            log.warning("%s for now. %s", instead, told)
        return EmbeddingFailedError(told)

    def _client(self, is_patient: bool) -> OpenAIEmbeddings:
        with self._state:
            if is_patient not in self._clients:
                self._clients[is_patient] = self._new_client(is_patient)
            return self._clients[is_patient]

    def _new_client(self, is_patient: bool) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings

        seconds = SECONDS_OF_A_QUESTION if self._is_last else SECONDS_BEFORE_THE_NEXT
        retries = RETRIES if is_patient else RETRIES_OF_A_QUESTION
        return OpenAIEmbeddings(
            model=self.endpoint.model,
            openai_api_base=self.endpoint.address,
            # Local servers need no key, but the client does.
            openai_api_key=self.endpoint.key if self.endpoint.key.get_secret_value() else SecretStr("none"),
            chunk_size=TEXTS_A_REQUEST,
            request_timeout=SECONDS if is_patient else seconds,
            max_retries=retries if self._is_last else 0,
            # Sends texts. Token ids would need a vocabulary that has to be downloaded.
            check_embedding_ctx_length=False,
            model_kwargs={"encoding_format": "float"},
        )


class Endpoint(Embeddings):
    """Endpoints of one model; the first that works gives the vectors. Thread-safe.

    Several are used only with vectors that are alike (`Sample`, kept at `place`).
    `trouble`: reason why the last request failed; empty if it did not.
    """

    def __init__(self, endpoints: Sequence[ModelEndpoint], place: Path) -> None:
        self._all = [EndpointClient(each, is_last=each is endpoints[-1]) for each in endpoints]
        self._prefixes = ("query: ", "passage: ") if PREFIXED.search(endpoints[0].model) else ("", "")
        self._sample = Sample(place) if len(endpoints) > 1 else None
        self.trouble = NOTHING

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question.

        Raises EmbeddingFailedError, at once for a while after a failure.
        """
        return self._ask([self._prefixes[0] + text], False)[0]

    def embed_documents(self, texts: list[str], is_patient: bool = True) -> Vectors:
        """Returns vectors of passages.

        `is_patient`: nobody waits for them; the endpoints get more time, and are asked also after a failure.
        Raises EmbeddingFailedError.
        """
        return self._ask([self._prefixes[1] + text for text in texts], is_patient)

    def _ask(self, texts: list[str], is_patient: bool) -> Vectors:
        for client in self._usable(is_patient):
            try:
                self._compare(client)
                vectors = client.vectors(texts, is_patient)
            except EmbeddingFailedError as error:
                self.trouble = error.message
            else:
                self.trouble = NOTHING
                return vectors
        raise EmbeddingFailedError(self.trouble)

    def _usable(self, is_patient: bool) -> Iterator[EndpointClient]:
        """Yields the endpoints to ask in turn.

        If nobody waits, all of them, the working ones first, so that no question loses its try.
        """
        allowed = [each for each in self._all if not each.refused]
        if is_patient:
            yield from sorted(allowed, key=lambda each: each.breaker.is_open)
        else:
            yield from (each for each in allowed if each.breaker.lets_through())

    def _compare(self, client: EndpointClient) -> None:
        """Refuses an endpoint with the vectors of another model.

        It is compared before the first vectors that it gives. Raises EmbeddingFailedError.
        """
        if self._sample is None or client.is_compared:
            return
        likeness = self._sample.likeness(client.vectors(self._sample.texts(), False))
        if likeness < self._sample.LEAST:
            at, model = client.endpoint.address, client.endpoint.model
            client.refused = message("embedding.other_model", address=at, model=model, likeness=f"{likeness:.2f}")
            log.error("%s", client.refused)
            raise EmbeddingFailedError(client.refused)
        client.is_compared = True
