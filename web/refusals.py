"""How the page refuses a request: a sentence in the visitor's language, as its scripts and people can read it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from web.texts import preferred, texts


def refusal(request: Request, key: str, status: int, retry_seconds: int = 0) -> JSONResponse:
    """The text `key` as an answer; `retry_seconds` says when to try again, 0 for never.

    Gradio's scripts look for the sentence under `error` or under `detail`.
    """
    language = preferred(request.headers.get("accept-language", ""))
    sentence = texts(language)[key].format(seconds=retry_seconds)
    headers = {"Retry-After": str(retry_seconds)} if retry_seconds else {}
    return JSONResponse({"detail": sentence, "error": sentence}, status, headers | {"Content-Language": language})


async def unreadable(request: Request, _: Exception) -> JSONResponse:
    """The answer of FastAPI to what it cannot read, without repeating what was sent."""
    return refusal(request, "request.unreadable", 422)
