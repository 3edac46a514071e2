"""Request validation before Gradio: only what the page itself sends passes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.gradio_calls import Call, Cancelled, Functions, Reset
from web.http.limits import LONGEST_ADDRESS, LONGEST_NAME
from web.http.refusals import refusal

API = "/gradio_api/"
READ = re.compile(r"/gradio_api/(queue/data|theme\.css|startup-events|app_id)")
"""Gradio addresses that the scripts read, besides the functions that they call."""
RUN, JOIN, CANCEL, RESET = "/gradio_api/run/", "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""Control characters that no address contains."""


class RequestRefusedError(Exception):
    """A refused request: the message key, and the status."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.key, self.status = key, status


class RequestValidation:
    """ASGI middleware that rewrites each body for Gradio with only the known fields."""

    def __init__(self, app: ASGIApp, functions: Functions) -> None:
        self.app, self.functions = app, functions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        try:
            refuse_address(scope)
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            read = self.reader(path, scope["method"])
            if read is None:
                return await self.app(scope, receive, send)
            body = await request.body()
            body = await run_in_threadpool(read, body)
        except RequestRefusedError as refused:
            return await refusal(request, refused.key, refused.status)(scope, receive, send)
        except ClientDisconnect:
            return None
        if path == JOIN:
            scope.setdefault("state", {})["session"] = json.loads(body)["session_hash"]
        rewrite(scope, body)
        return await self.app(scope, once(body, receive), send)

    def reader(self, path: str, method: str) -> Callable[[bytes], bytes] | None:
        """Returns the function that validates the body.

        None if the request passes unchanged.
        Raises RequestRefusedError for an address or a method that the page does not use.
        """
        if not path.startswith(API):
            return None
        if method in ("GET", "HEAD") and READ.fullmatch(path):
            return None
        if method != "POST":
            raise RequestRefusedError("request.unknown", 404 if method in ("GET", "HEAD") else 405)
        if path.startswith(RUN):
            return lambda body: validate_call(body, self.functions.at_once)
        if path == JOIN:
            return lambda body: validate_call(body, self.functions.queued)
        if path in (CANCEL, RESET):
            return lambda body: validate_body(body, Cancelled if path == CANCEL else Reset)
        raise RequestRefusedError("request.unknown", 404)


def refuse_address(scope: Scope) -> None:
    """Raises RequestRefusedError for an address that is too long, or is not text."""
    raw = scope.get("raw_path") or b""
    query = scope.get("query_string") or b""
    if len(raw) + len(query) > LONGEST_ADDRESS or max(map(len, unquote_to_bytes(raw).split(b"/"))) > LONGEST_NAME:
        raise RequestRefusedError("request.address_too_long", 414)
    try:
        address = unquote_to_bytes(raw).decode() + " " + unquote_to_bytes(query.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise RequestRefusedError("request.address", 400) from None
    if NOT_TEXT.search(address):
        raise RequestRefusedError("request.address", 400)


def validate_call(body: bytes, functions: dict[int, str]) -> bytes:
    """Returns the body of a call with only the fields that its function takes.

    Raises RequestRefusedError for an unknown function and for invalid data.
    """
    try:
        call = Call.model_validate(parse_json(body))
        if call.fn_index not in functions:
            raise RequestRefusedError("request.unknown", 404)
        return call.validate_for(functions[call.fn_index]).model_dump_json().encode()
    except ValidationError:
        raise RequestRefusedError("request.unreadable", 422) from None


def validate_body(body: bytes, kind: type[Cancelled] | type[Reset]) -> bytes:
    """Returns a body with known fields only.

    Raises RequestRefusedError if it is invalid JSON, or if a field is missing or invalid.
    """
    try:
        return kind.model_validate(parse_json(body)).model_dump_json().encode()
    except ValidationError:
        raise RequestRefusedError("request.unreadable", 422) from None


def parse_json(body: bytes) -> Any:
    """Parses the JSON of a body.

    Raises RequestRefusedError for invalid JSON, for half a surrogate pair, and for NUL, which no text contains and no
    database stores.
    """
    try:
        sent = from_json(body, allow_inf_nan=False, cache_strings="none")
    except ValueError:
        raise RequestRefusedError("request.unreadable", 422) from None
    if b"\\u0000" in body and holds_nul(sent):
        raise RequestRefusedError("request.unreadable", 422)
    return sent


def holds_nul(sent: Any) -> bool:
    """True if any text in `sent` contains NUL.

    The JSON parser limits the depth of `sent`.
    """
    if isinstance(sent, dict):
        return any(holds_nul(each) for pair in sent.items() for each in pair)
    return any(map(holds_nul, sent)) if isinstance(sent, list) else isinstance(sent, str) and "\0" in sent


def rewrite(scope: Scope, body: bytes) -> None:
    """Replaces the headers of a request by those of its new body.

    Changes its own scope, where the log finds its route.
    """
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-length", b"content-type")]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]


def once(body: bytes, receive: Receive) -> Receive:
    """Returns a `receive` that gives the body already read, then all later messages."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
