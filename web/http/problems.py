"""API error responses: problem details (RFC 9457), below `/v1` in OpenAI's form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

API, COMPATIBLE = re.compile(r"/(api/)?v1(/|$)"), re.compile(r"/v1(/|$)")
MEDIA_TYPE = "application/problem+json"
KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
"""Types of errors in the form of OpenAI, by status."""


def root_of(request: Request) -> str:
    """Returns the sub-path of the whole app behind a proxy, also inside a mounted app."""
    return str(request.scope.get("app_root_path", request.scope.get("root_path", "")))


def path_of(request: Request) -> str:
    """Returns the path below the address of the whole app."""
    return str(request.scope["path"]).removeprefix(root_of(request))


def is_api(request: Request) -> bool:
    """True for requests of programs."""
    return API.match(path_of(request)) is not None


@dataclass(frozen=True)
class Failure:
    """Failure of a request: `title` says what happened, `detail` what to do.

    `key` names the failure for programs. `retry_seconds` is the time until a retry makes sense, 0 for never. `more` are
    further members of the problem.
    """

    status: int
    title: str
    detail: str
    key: str = ""
    retry_seconds: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


def problem(request: Request, failure: Failure) -> JSONResponse:
    """Returns the error response of a failure."""
    status, headers = failure.status, {"WWW-Authenticate": "Bearer"} if failure.status == 401 else {}
    headers |= {"Retry-After": str(failure.retry_seconds)} if failure.retry_seconds else {}
    if COMPATIBLE.match(path_of(request)):
        kind = KINDS.get(status, "server_error" if status >= 500 else "invalid_request_error")
        sentence = f"{failure.title} {failure.detail}"
        error = {"message": sentence, "type": kind, "param": None, "code": failure.key or None}
        return JSONResponse({"error": error}, status, headers)
    kind = f"{root_of(request)}/api/v1/#problem-{failure.key}" if failure.key else "about:blank"
    content = {"type": kind, "title": failure.title, "status": status, "detail": failure.detail, **failure.more}
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)
