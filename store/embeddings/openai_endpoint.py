"""Embeddings from OpenAI-compatible endpoints of one model, by preference."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from circuit_breaker import Breaker
from store.embeddings.sample import Sample
from store.endpoints import ModelEndpoint
from text.messages import NOTHING, Message, MessageError, as_it_is, message
from time_limit import wait_at_most

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

SECONDS, RETRIES = 60.0, 3
"""Time limit of a request, and how often it is repeated. All of its tries together get as many times the limit."""
SECONDS_OF_A_QUESTION, RETRIES_OF_A_QUESTION = 10.0, 1
"""SECONDS and RETRIES while a person waits."""
SECONDS_BEFORE_THE_NEXT = 3.0
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
        self.breaker = Breaker(PAUSE_SECONDS, trial=PAUSE_SECONDS, service="embedding")
        self.is_compared = False
        self._state, self._clients = Lock(), dict[bool, "OpenAIEmbeddings"]()

    def vectors(self, texts: list[str], is_patient: bool) -> Vectors:
        """Returns the vectors of texts, `(n, dim)`, not normalised.

        `is_patient`: nobody waits for them; each request gets more time.
        Raises EmbeddingFailedError if the endpoint gives no usable vectors in time.
        """
        vectors: Vectors = []
        for start in range(0, len(texts), TEXTS_A_REQUEST):
            vectors += self._request(texts[start : start + TEXTS_A_REQUEST], is_patient)
        return vectors

    def note_success(self) -> None:
        """Notes that the endpoint gave usable vectors; logs it after a failure."""
        self.is_compared = True
        if self.breaker.close():
            log.warning("%s gives vectors again.", self.endpoint.address)

    def refuse(self, told: Message) -> EmbeddingFailedError:
        """Notes a failure, logs the first one and returns the error to raise.

        Before it is used again, it is compared: a server that was away may serve another model.
        """
        self.is_compared = False
        if self.breaker.trip():
            instead = "Questions are answered by words" if self._is_last else "The next endpoint is asked"
            log.warning("%s for now. %s", instead, told)
        return EmbeddingFailedError(told)

    def _request(self, texts: list[str], is_patient: bool) -> Vectors:
        seconds, retries = self._limits(is_patient)
        try:
            found = wait_at_most(seconds * (1 + retries), self._client(is_patient).aembed_documents(texts))
            fault = fault_of(found, len(texts))
        except TimeoutError:
            fault = message("embedding.too_slow", seconds=f"{seconds * (1 + retries):g}")
        except Exception as error:  # the client raises its own errors, and those of what it takes an answer for
            # The service's message may repeat the key, and so may a log of the cause.
            fault = as_it_is(f"{type(error).__name__} {getattr(error, 'status_code', '')}".rstrip())
        if fault:
            at, model = self.endpoint.address, self.endpoint.model
            raise self.refuse(message("embedding.failed", address=at, model=model, reason=fault))
        return found

    def _limits(self, is_patient: bool) -> tuple[float, int]:
        """Time limit of a try in seconds, and how many more there are."""
        if is_patient:
            return SECONDS, RETRIES if self._is_last else 0
        return (SECONDS_OF_A_QUESTION, RETRIES_OF_A_QUESTION) if self._is_last else (SECONDS_BEFORE_THE_NEXT, 0)

    def _client(self, is_patient: bool) -> OpenAIEmbeddings:
        with self._state:
            if is_patient not in self._clients:
                self._clients[is_patient] = self._new_client(*self._limits(is_patient))
            return self._clients[is_patient]

    def _new_client(self, seconds: float, retries: int) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(
            model=self.endpoint.model,
            openai_api_base=self.endpoint.address,
            # Local servers need no key, but the client does.
            openai_api_key=self.endpoint.key if self.endpoint.key.get_secret_value() else SecretStr("none"),
            request_timeout=seconds,
            max_retries=retries,
            # Sends texts. Token ids would need a vocabulary that has to be downloaded.
            check_embedding_ctx_length=False,
            model_kwargs={"encoding_format": "float"},
        )


def fault_of(vectors: Vectors, count: int) -> Message:
    """Returns what is wrong with the vectors of so many texts; empty if nothing is."""
    if len(vectors) != count or len({len(each) for each in vectors}) != 1:
        return message("embedding.wrong_count", texts=count, vectors=len(vectors))
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(np.array(vectors, np.float32), axis=1)
    return NOTHING if (np.isfinite(lengths) & (lengths > 0)).all() else message("embedding.no_vectors")


class Endpoint(Embeddings):
    """Endpoints of one model; the first that works gives the vectors. Thread-safe.

    Each is used only with vectors like those of the index (`Sample`, kept at `place`).
    `trouble`: reason why the last request failed; empty if it did not.
    """

    def __init__(self, endpoints: Sequence[ModelEndpoint], place: Path) -> None:
        self._all = [EndpointClient(each, is_last=each is endpoints[-1]) for each in endpoints]
        self._prefixes = ("query: ", "passage: ") if PREFIXED.search(endpoints[0].model) else ("", "")
        self._sample = Sample(place)
        self.trouble = NOTHING

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question, not normalised.

        Raises EmbeddingFailedError if no endpoint gives it, at once for a while after a failure.
        """
        return self._ask([self._prefixes[0] + text], False)[0]

    def embed_documents(self, texts: list[str], is_patient: bool = True) -> Vectors:
        """Returns the vectors of passages, `(n, dim)`, not normalised.

        `is_patient`: nobody waits for them; the endpoints get more time, and are asked also after a failure.
        Raises EmbeddingFailedError if no endpoint gives usable vectors.
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
                client.note_success()
                self.trouble = NOTHING
                return vectors
        raise EmbeddingFailedError(self.trouble)

    def _usable(self, is_patient: bool) -> Iterator[EndpointClient]:
        """Yields the endpoints to ask in turn.

        If nobody waits, all of them, the working ones first, so that no question loses its try.
        """
        if is_patient:
            yield from sorted(self._all, key=lambda each: each.breaker.is_open)
        else:
            yield from (each for each in self._all if each.breaker.lets_through())

    def _compare(self, client: EndpointClient) -> None:
        """Refuses an endpoint with the vectors of another model.

        It is compared before the first vectors that it gives, and after each failure.
        Raises EmbeddingFailedError if its vectors differ from those that are kept, or it gives none.
        """
        if client.is_compared:
            return
        likeness = self._sample.likeness(client.vectors(self._sample.texts(), False))
        if likeness < self._sample.LEAST:
            at, model = client.endpoint.address, client.endpoint.model
            told = message("embedding.other_model", address=at, model=model, likeness=f"{likeness:.2f}")
            raise client.refuse(told)
