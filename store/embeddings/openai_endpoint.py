"""Embeddings from an OpenAI-compatible endpoint."""

from __future__ import annotations

import logging
import re
import time
from threading import Lock
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from store.messages import NOTHING, Message, MessageError, message

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

SECONDS, RETRIES = 60, 3
"""Time limit of a request, and how often it is repeated."""
SECONDS_OF_A_QUESTION, RETRIES_OF_A_QUESTION = 10, 1
"""The same while a person waits."""
PAUSE_SECONDS = 30.0
"""After a failure, questions do without the endpoint for so long; then one of them tries it again."""
# Some services accept no more texts in one request.
TEXTS_A_REQUEST = 10
OFFICIAL = "https://api.openai.com/v1"
# The e5 models were trained with prefixes, except the instruct models.
PREFIXED = re.compile(r"\be5-(small|base|large)(?!.*instruct)", re.IGNORECASE)

log = logging.getLogger(__name__)


class EmbeddingFailedError(MessageError):
    """An endpoint returned no vectors; the message says which one, why and the remedy."""


class Endpoint(Embeddings):
    """Model behind `/embeddings` at `address`; the official endpoint if empty. Thread-safe.

    `trouble`: why the last request failed; nothing if it did not.
    """

    def __init__(self, model: str, address: str, key: SecretStr) -> None:
        self._model = model
        self._address = address or OFFICIAL
        self._key = key
        self._prefixes = ("query: ", "passage: ") if PREFIXED.search(model) else ("", "")
        self.trouble = NOTHING
        self._spared_until = 0.0
        self._state, self._clients = Lock(), dict[bool, "OpenAIEmbeddings"]()

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question. Raises EmbeddingFailedError, at once for a while after a failure."""
        return self._ask([self._prefixes[0] + text], False)[0]

    def embed_documents(self, texts: list[str], is_patient: bool = True) -> list[list[float]]:
        """Vectors of passages. Raises EmbeddingFailedError.

        `is_patient`: nobody waits for them; the endpoint gets more time, and is asked also after a failure.
        """
        return self._ask([self._prefixes[1] + text for text in texts], is_patient)

    def _ask(self, texts: list[str], is_patient: bool) -> list[list[float]]:
        from openai import OpenAIError

        if not (is_patient or self._may_be_tried()):
            raise EmbeddingFailedError(self.trouble)
        try:
            vectors = self._client(is_patient).embed_documents(texts)
        except (OpenAIError, ValueError) as error:
            # The service's message may repeat the key, and so may a log of the cause.
            raise self._failed(f"{type(error).__name__} {getattr(error, 'status_code', '')}".rstrip()) from None
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
            raise self._failed(message("embedding.wrong_count", texts=len(texts), vectors=len(vectors)))
        if self.trouble:
            log.warning("%s gives vectors again.", self._address)
            self.trouble = NOTHING
        return vectors

    def _may_be_tried(self) -> bool:
        """True if the endpoint works, and for one question at a time while it does not."""
        with self._state:
            now = time.monotonic()
            is_spared = bool(self.trouble) and now < self._spared_until
            self._spared_until = self._spared_until if is_spared else now + PAUSE_SECONDS
            return not is_spared

    def _failed(self, reason: str | Message) -> EmbeddingFailedError:
        told = message("embedding.failed", address=self._address, model=self._model, reason=reason)
        if not self.trouble:
            log.warning("Questions are answered by words for now. %s", told)
        with self._state:
            self.trouble, self._spared_until = told, time.monotonic() + PAUSE_SECONDS
        return EmbeddingFailedError(told)

    def _client(self, is_patient: bool) -> OpenAIEmbeddings:
        with self._state:
            if is_patient not in self._clients:
                self._clients[is_patient] = self._new_client(is_patient)
            return self._clients[is_patient]

    def _new_client(self, is_patient: bool) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(
            model=self._model,
            openai_api_base=self._address,
            # Local servers need no key, but the client does.
            openai_api_key=self._key if self._key.get_secret_value() else SecretStr("none"),
            chunk_size=TEXTS_A_REQUEST,
            request_timeout=SECONDS if is_patient else SECONDS_OF_A_QUESTION,
            max_retries=RETRIES if is_patient else RETRIES_OF_A_QUESTION,
            # Sends texts. Token ids would need a vocabulary that has to be downloaded.
            check_embedding_ctx_length=False,
            model_kwargs={"encoding_format": "float"},
        )
