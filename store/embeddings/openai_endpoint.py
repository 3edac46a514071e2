"""Embeddings from an OpenAI-compatible endpoint."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

SECONDS = 60
RETRIES = 3
# Some services accept no more texts in one request.
TEXTS_A_REQUEST = 10
OFFICIAL = "https://api.openai.com/v1"
# The e5 models were trained with prefixes, except the instruct models.
PREFIXED = re.compile(r"\be5-(small|base|large)(?!.*instruct)", re.IGNORECASE)


class EmbeddingFailedError(Exception):
    """An endpoint returned no vectors; the message says which one, why and the remedy."""


class Endpoint(Embeddings):
    """Model behind `/embeddings` at `address`; the official endpoint if empty."""

    def __init__(self, model: str, address: str, key: SecretStr) -> None:
        self._model = model
        self._address = address or OFFICIAL
        self._key = key
        self._prefixes = ("query: ", "passage: ") if PREFIXED.search(model) else ("", "")

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question. Raises EmbeddingFailedError."""
        return self._ask([self._prefixes[0] + text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages. Raises EmbeddingFailedError."""
        return self._ask([self._prefixes[1] + text for text in texts])

    def _ask(self, texts: list[str]) -> list[list[float]]:
        from openai import OpenAIError

        try:
            vectors = self._client.embed_documents(texts)
        except (OpenAIError, ValueError) as error:
            # The service's message may repeat the key, and so may a log of the cause.
            raise self._failed(f"{type(error).__name__} {getattr(error, 'status_code', '')}".rstrip()) from None
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
            raise self._failed(f"it answered {len(texts)} texts with {len(vectors)} vectors, or of several lengths")
        return vectors

    def _failed(self, reason: str) -> EmbeddingFailedError:
        return EmbeddingFailedError(
            f"{self._address} gave no vectors of {self._model}: {reason}."
            " Check ASSISTANT_EMBEDDING_MODEL, ASSISTANT_EMBEDDING_BASE_URL and OPENAI_API_KEY,"
            " which is sent to the host of OPENAI_BASE_URL only."
        )

    @cached_property
    def _client(self) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(
            model=self._model,
            openai_api_base=self._address,
            # Local servers need no key, but the client does.
            openai_api_key=self._key if self._key.get_secret_value() else SecretStr("none"),
            chunk_size=TEXTS_A_REQUEST,
            request_timeout=SECONDS,
            max_retries=RETRIES,
            # Sends texts. Token ids would need a vocabulary that has to be downloaded.
            check_embedding_ctx_length=False,
            model_kwargs={"encoding_format": "float"},
        )
