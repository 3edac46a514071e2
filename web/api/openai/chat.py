"""OpenAI-compatible chat: `/v1/chat/completions` and `/v1/models`."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.answer import Answer, Turn
from bot.generation.packing import TOKEN_BYTES
from records import ApiKey
from web.api.context import Api, ApiContext, home, in_threads, visitor
from web.api.keys import AnyKey, MayAsk
from web.api.openai.content import GrowingText
from web.api.openai.schemas import ChatIn
from web.api.problems import ProblemError
from web.api.questions import Asking, EventStream, keep_answers
from web.http.fair_queue import QueueFullError
from web.http.limits import LONGEST_QUESTION, LONGEST_TEXT, MOST_TURNS
from web.i18n import find_language

MODEL, OWNER, CHANNEL = "assistant", "qiantang", "openai"
"""Name of the model, its owner, and the channel of its exchanges in the records."""

routes = APIRouter()


@dataclass(frozen=True)
class Exchanged:
    """A conversation that was sent, its answers, and the growing text."""

    sent: ChatIn
    answers: Generator[Answer, None, None]
    growing: GrowingText


@routes.get("/models")
def models(api: Api, _: AnyKey) -> dict[str, Any]:
    """Lists the assistant and the embedding model."""
    return {"object": "list", "data": [describe_model(each) for each in model_names(api)]}


@routes.get("/models/{name}")
def model(name: str, api: Api, _: AnyKey) -> dict[str, Any]:
    """Describes one of these models.

    Raises ProblemError 404 if no model has this name.
    """
    if name not in model_names(api):
        raise ProblemError(404, "model_not_found", models=", ".join(model_names(api)))
    return describe_model(name)


def model_names(api: ApiContext) -> tuple[str, ...]:
    """Returns the names of the assistant and of the embedding model."""
    return MODEL, api.room.bot.embedding_model.name


def describe_model(name: str) -> dict[str, Any]:
    """Returns a model in the form of OpenAI; its time of creation is always 0."""
    return {"id": name, "object": "model", "created": 0, "owned_by": OWNER}


@routes.post("/chat/completions", response_model=None)
async def chat(request: Request, sent: ChatIn, api: Api, key: MayAsk) -> Response:
    """Answers the last question of a conversation, as a stream if that is wanted.

    Raises ProblemError 404 if another model than the assistant is named.
    """
    if sent.model != MODEL:
        raise ProblemError(404, "model_not_found", models=MODEL)
    asking = read_question(sent, request)
    exchanged = Exchanged(sent, keep_answers(api, asking, CHANNEL), GrowingText(home(request, api)))
    if sent.stream:
        api.queue.check(visitor(key))  # once the response has begun, no status can say it
        return EventStream(chunks(api, request, key, exchanged))
    async with api.turn(request, key):
        await run_in_threadpool(read_all, exchanged)
    return JSONResponse(completion(exchanged))


def read_question(sent: ChatIn, request: Request) -> Asking:
    """Returns the question of a conversation.

    Raises ProblemError if its last message is none, or if it is too long.
    """
    said = [each for each in sent.messages if each.role in ("user", "assistant") and each.words.strip()]
    if not said or said[-1].role != "user" or sent.messages[-1].role != "user":
        raise ProblemError(422, "no_question")
    question = said[-1].words.strip()
    if len(question) > LONGEST_QUESTION:
        raise ProblemError(422, "question_too_long", length=len(question), limit=LONGEST_QUESTION)
    turns = [Turn("user" if each.role == "user" else "assistant", each.words[:LONGEST_TEXT]) for each in said[:-1]]
    return Asking(question, turns[-2 * MOST_TURNS :], find_language(request.headers.get("accept-language", "")))


def read_all(exchanged: Exchanged) -> None:
    """Reads the complete answer."""
    for answer in exchanged.answers:
        if answer.complete:
            list(exchanged.growing.pieces(answer))


def completion(exchanged: Exchanged) -> dict[str, Any]:
    """Returns the complete answer in the form of OpenAI."""
    sent, growing = exchanged.sent, exchanged.growing
    message = {"role": "assistant", "content": growing.sent, "refusal": None, "annotations": growing.annotations()}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return frame("chat.completion", growing, [choice]) | {"usage": usage(sent, growing.sent)} | ending(growing)


async def chunks(api: ApiContext, request: Request, key: ApiKey, exchanged: Exchanged) -> AsyncIterator[str]:
    """Yields the text in pieces, then citations, the usage if wanted, and the end."""
    sent, growing = exchanged.sent, exchanged.growing
    try:
        async with api.turn(request, key):
            first = {"role": "assistant", "content": ""}
            async for answer in in_threads(exchanged.answers):
                for piece in growing.pieces(answer):
                    yield chunk(growing, answer.id, first | {"content": piece})
                    first = {}
    except QueueFullError:  # between the check and the turn
        yield data({"error": {"message": "queue_full", "type": "server_error", "code": "queue_full"}})
        return
    last = growing.answer
    if last is not None:
        yield chunk(growing, last.id, {"annotations": growing.annotations()}, "stop")
        if sent.stream_options and sent.stream_options.include_usage:
            yield data(frame("chat.completion.chunk", growing, []) | {"usage": usage(sent, growing.sent)})
    yield "data: [DONE]\n\n"


def chunk(growing: GrowingText, answer_id: str, delta: dict[str, Any], finish_reason: str | None = None) -> str:
    """Returns a piece of the answer as an event; the last one has a finish reason."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    found = frame("chat.completion.chunk", growing, [choice]) | {"id": f"chatcmpl-{answer_id}"}
    return data(found | (ending(growing) if finish_reason else {}))


def frame(kind: str, growing: GrowingText, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the common part of all responses; its id contains that of the answer.

    With that id, the answer can be rated.
    """
    name = growing.answer.id if growing.answer else ""
    return {
        "id": f"chatcmpl-{name}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
        "choices": choices,
    }


def ending(growing: GrowingText) -> dict[str, str]:
    """Returns the outcome of a question, for which OpenAI's format has no field."""
    return {"outcome": growing.answer.outcome.value} if growing.answer else {}


def usage(sent: ChatIn, content: str) -> dict[str, int]:
    """Returns estimated tokens: a byte count, since no model may have been asked."""
    asked, written = tokens("".join(each.words for each in sent.messages)), tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": written, "total_tokens": asked + written}


def tokens(text: str) -> int:
    """Estimates the tokens of a text: one for every TOKEN_BYTES bytes, rounded up."""
    return -(-len(text.encode("utf-8", "replace")) // TOKEN_BYTES)


def data(content: object) -> str:
    """Returns a server-sent event with `content` as JSON."""
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
