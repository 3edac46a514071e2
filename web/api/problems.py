"""Error responses of the API: each has a key, with texts in `locales/`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from records import RecordsUnavailableError
from store.embeddings import EmbeddingFailedError
from text.messages import message_of, sentences
from web.api.i18n import api_texts, reader_language
from web.http.fair_queue import QueueFullError
from web.http.problems import MEDIA_TYPE, Failure, problem

RETRY_SECONDS = 5
"""Seconds until a retry makes sense while many people ask."""
AWAY_SECONDS = 30
"""Seconds until a retry makes sense while a database or an endpoint is away."""

EVERYWHERE = (400, 401, 403, 414, 429, 503)
"""Statuses of errors that any route may have."""

log = logging.getLogger(__name__)


class ProblemError(Exception):
    """A request that fails.

    - `status`: HTTP status; `key`: the problem in the catalogs.
    - `values`: values of its sentences.
    - `retry_seconds`: seconds until a retry makes sense, 0 for never.
    - `more`: further members of the problem.
    """

    def __init__(
        self, status: int, key: str, retry_seconds: int = 0, more: dict[str, Any] | None = None, **values: object
    ) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values
        self.retry_seconds, self.more = retry_seconds, more or {}


class Problem(BaseModel):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


def describe_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the error responses of a route for OpenAPI, with the common ones."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    words = api_texts("en")
    return {each: {"description": words[f"status.{each}"], "content": content} for each in (*EVERYWHERE, *statuses)}


def problem_of(request: Request, error: ProblemError) -> Response:
    """Returns the response of a problem in the language of the request."""
    words = api_texts(reader_language(request))
    title, detail = words[f"problem.{error.key}"], words[f"problem.{error.key}.do"].format(**error.values)
    return problem(request, Failure(error.status, title, detail, error.key, error.retry_seconds, error.more))


def say_wrong(found: Mapping[str, Any], language: str) -> str:
    """Returns what is wrong with a value.

    It is in the language if our own code found it, else in English.
    """
    own = found.get("ctx", {}).get("error")
    return message_of(own).say(sentences(language)) if isinstance(own, ValueError) else str(found["msg"])


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every error of `app` a problem."""

    @app.exception_handler(ProblemError)
    def answer_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101  # it is registered for that
        return problem_of(request, error)

    @app.exception_handler(QueueFullError)
    def full(request: Request, _: Exception) -> Response:
        return problem_of(request, ProblemError(503, "queue_full", RETRY_SECONDS))

    @app.exception_handler(RecordsUnavailableError)
    def away(request: Request, error: Exception) -> Response:
        log.warning("A request of a program failed. %s", error)
        return problem_of(request, ProblemError(503, "records_away", AWAY_SECONDS))

    @app.exception_handler(EmbeddingFailedError)
    def no_vectors(request: Request, error: Exception) -> Response:
        log.warning("A request of a program failed. %s", error)
        return problem_of(request, ProblemError(503, "endpoint_away", AWAY_SECONDS))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # it is registered for that
        found, language = error.errors(), reader_language(request)
        wrong = [{"at": ".".join(map(str, each["loc"])), "problem": say_wrong(each, language)} for each in found]
        fields = "; ".join(f"{each['at']}: {each['problem']}" for each in wrong[:5])
        return problem_of(request, ProblemError(422, "invalid", more={"errors": wrong}, fields=fields))

    @app.exception_handler(HTTPException)
    def answer_unserved(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  # it is registered for that
        headers = dict(error.headers or {})
        retry = int(headers.pop("Retry-After", 0))
        key = {404: "unknown", 405: "method", 503: "records_away"}.get(error.status_code, "invalid_body")
        answer = problem_of(request, ProblemError(error.status_code, key, retry))
        answer.headers.update(headers)
        return answer

    @app.exception_handler(Exception)
    def unforeseen(request: Request, _: Exception) -> Response:
        return problem_of(request, ProblemError(500, "unforeseen"))
