"""`/v1/embeddings`: vectors of the model of this service; questions go first."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from store.embeddings.vectors import Floats
from web.api.context import Api, ApiContext
from web.api.keys import MaySearch
from web.api.openai.chat import tokens
from web.api.openai.schemas import EmbeddingsIn
from web.api.problems import ProblemError
from web.api.questions import refuse_while_paused

routes = APIRouter()


@routes.post("/embeddings", response_model=None)
async def embeddings(request: Request, sent: EmbeddingsIn, api: Api, key: MaySearch) -> JSONResponse:
    """Returns the vectors of one or more texts in the form of OpenAI.

    Raises ProblemError 404 if another model than that of this service is named.
    Raises ProblemError 422 if other dimensions are wanted than the model has.
    """
    name = api.room.bot.embedding_model.name
    if sent.model not in ("", name):
        raise ProblemError(404, "model_not_found", models=name)
    refuse_while_paused(api)
    texts = [sent.input] if isinstance(sent.input, str) else sent.input
    async with api.turn(request, key):
        vectors = await run_in_threadpool(embed, api, texts, sent.input_type == "query")
    if sent.dimensions not in (None, vectors.shape[1]):
        raise ProblemError(422, "dimensions", dimensions=vectors.shape[1])
    rows = [
        {"object": "embedding", "index": number, "embedding": encode(row, sent.encoding_format == "base64")}
        for number, row in enumerate(vectors)
    ]
    used = sum(map(tokens, texts))
    usage = {"prompt_tokens": used, "total_tokens": used}
    return JSONResponse({"object": "list", "data": rows, "model": name, "usage": usage})


def embed(api: ApiContext, texts: list[str], are_queries: bool) -> Floats:
    """Returns L2-normalised vectors, `(n, dim)` float32.

    Raises EmbeddingFailedError if an endpoint returns none.
    """
    embedder = api.room.library.embedder
    if are_queries:
        return np.stack([embedder.query(each) for each in texts])
    return embedder.embed_passages(texts, background=True)[0]


def encode(vector: Floats, as_base64: bool) -> Any:
    """Converts a vector `(dim,)`: numbers, or little-endian float32 in base64."""
    return b64encode(vector.astype("<f4").tobytes()).decode() if as_base64 else vector.tolist()
