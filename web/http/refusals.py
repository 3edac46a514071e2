"""Error responses in the visitor's language, for people and scripts."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.http.problems import Failure, is_api, problem
from web.i18n import find_language, texts

NO_BODY = "There was an error parsing the body"
"""FastAPI's message for invalid JSON."""


def refusal(request: Request, key: str, status: int, retry_seconds: int = 0) -> JSONResponse:
    """Returns the message `key` as an error response.

    `retry_seconds` is the time until a retry makes sense, 0 for never. Gradio's scripts look for the sentence under
    `error` or under `detail`.
    """
    language = find_language(request.headers.get("accept-language", ""))
    sentence = texts(language)[key].format(seconds=retry_seconds)
    if is_api(request):
        return problem(request, Failure(status, HTTPStatus(status).phrase, sentence, "", retry_seconds))
    headers = {"Retry-After": str(retry_seconds)} if retry_seconds else {}
    return JSONResponse({"detail": sentence, "error": sentence}, status, headers | {"Content-Language": language})


async def answer_unserved(request: Request, error: Exception) -> Response:
    """Returns the response for an unknown address or method, in words.

    A response that has a sentence of its own keeps it.
    """
    assert isinstance(error, HTTPException)  # noqa: S101  # it is registered for that
    if error.detail == NO_BODY:
        return refusal(request, "request.unreadable", 422)
    if error.detail != HTTPStatus(error.status_code).phrase:
        return await http_exception_handler(request, error)
    return refusal(request, "request.unknown", error.status_code)


async def unreadable(request: Request, _: Exception) -> JSONResponse:
    """Returns the response for an unreadable request, without repeating its content."""
    return refusal(request, "request.unreadable", 422)
