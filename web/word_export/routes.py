"""Word export: conversations from the browser in, DOCX out, nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from math import inf
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from text.boundaries import shorten
from web.chat.conversation_state import parse_conversation
from web.chat.message import RenderContext
from web.http.limits import MOST_KEPT
from web.http.processor_budget import charge_visitor
from web.i18n import find_language, texts
from web.word_export.conversation import Saved, word_document
from web.word_export.elements import TextTooLongError

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_CONVERSATIONS = 50
AT_ONCE = BoundedSemaphore(2)
"""Documents written at the same time.

A long one takes seconds of the processor that questions need too.
"""
RETRY_SECONDS = 10
LONGEST_NAME = 40
# Characters that Windows forbids, and invisible ones: a direction mark could disguise the file extension.
NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KeptConversation(Strict):
    """A conversation from the browser; `answers` as serialized by `serialize`."""

    title: str = Field(max_length=2000)
    at: datetime | Literal[""]
    answers: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_KEPT)


class ExportRequest(Strict):
    """Request for an export, in a language of the page.

    `saved_at`: now, in the browser's time zone; the server's day counts without it.
    """

    language: str = Field(max_length=10)
    saved_at: datetime | None = None
    conversations: list[KeptConversation] = Field(min_length=1, max_length=MOST_CONVERSATIONS)


async def read_body(request: Request) -> bytes:
    """Returns the body of a request; a route in a thread cannot read it itself."""
    return await request.body()


def router(around: Callable[[str], RenderContext]) -> APIRouter:
    """Route `POST /save.docx`: a Word document of `ExportRequest`, sent as JSON.

    `around` returns what the chat page shows answers with, in a language.

    Errors have a sentence in the page language: 422 for invalid data, 413 if the document would be too long, 503 while
    too many are written. The processor time is charged to the visitor.
    """
    routes = APIRouter()

    @routes.post("/save.docx", response_class=Response)
    def save(request: Request, content: Annotated[bytes, Depends(read_body)]) -> Response:
        # other sites cannot send this type, so they cannot create documents in our name
        is_json = request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        wanted = parse_export(content) if is_json else None
        if wanted is None:
            return refusal("save.unreadable", 422, find_language(request.headers.get("accept-language", "")))
        return build_response(wanted, around(wanted.language))

    return routes


def parse_export(content: bytes) -> ExportRequest | None:
    """Parses what is to be exported.

    None if it has another form.
    """
    try:
        return ExportRequest.model_validate_json(content)
    except ValidationError:
        return None


def build_response(wanted: ExportRequest, around: RenderContext) -> Response:
    """Returns the document, or an error for damaged answers or too many requests."""
    if not AT_ONCE.acquire(blocking=False):
        return busy_response(wanted.language)
    try:
        conversations = [
            Saved(each.title, each.at or None, parse_conversation(each.answers, MOST_KEPT, inf))
            for each in wanted.conversations
        ]
        if not all(each.answers for each in conversations):
            return refusal("save.unreadable", 422, wanted.language)
        today = wanted.saved_at.date() if wanted.saved_at else date.today()
        with charge_visitor():
            document = word_document(conversations, around, today)
        return Response(document, media_type=WORD, headers=headers(conversations, wanted.language, today))
    except TextTooLongError:
        return refusal("save.too_long", 413, wanted.language)
    finally:
        AT_ONCE.release()


def busy_response(language: str) -> Response:
    """Returns a 503 response that asks to retry in some seconds."""
    sentence = texts(language)["save.busy"].format(seconds=RETRY_SECONDS)
    return PlainTextResponse(sentence, 503, {"Retry-After": str(RETRY_SECONDS)})


def refusal(key: str, status: int, language: str) -> Response:
    """Returns an error response with the text `key`."""
    return PlainTextResponse(texts(language)[key], status)


def headers(conversations: Sequence[Saved], language: str, on: date) -> dict[str, str]:
    """Returns headers that name the file after the first question; nothing is cached."""
    name = file_name(conversations[0].answers[0].question, language, on)
    plain = f"answers-{on.isoformat()}.docx"  # for browsers without filename* (RFC 6266)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition, "Cache-Control": "no-store"}


def file_name(question: str, language: str, on: date) -> str:
    """Returns `question 2026-01-31.docx`, shortened, without forbidden characters."""
    words = " ".join(NOT_IN_A_NAME.sub(" ", question).split()).strip(" .")
    words = shorten(words, LONGEST_NAME, "").rstrip(" .")
    return f"{words or texts(language)['save.untitled']} {on.isoformat()}.docx"
