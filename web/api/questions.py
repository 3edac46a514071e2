"""Routes `/ask`, `/ask/stream` and `/search`, in turn with questions of the page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from bot.answer import Answer, Citation, Turn
from bot.pii import mask
from bot.serialization import passage_to_json
from bot.words_only import search_or_by_words
from records import ApiKey
from store.documents import Passage
from web.api.answer_schemas import AnswerOut
from web.api.context import Api, ApiContext, home, in_threads, visitor
from web.api.keys import MayAsk, MaySearch
from web.api.problems import AWAY_SECONDS, ProblemError, describe_responses
from web.api.schemas import AskIn, PassagesOut, SearchIn
from web.bases import to_json_with_bases
from web.chat.answering import pace, stream_answers
from web.chat.conversation_state import pending
from web.chat.feedback import keep_exchange
from web.chat.source_cards import source_address
from web.http.fair_queue import QueueFullError
from web.i18n import find_language
from web.operations.request_context import note_question
from web.sources.viewer import Place, fingerprint

CHANNEL = "api"
"""Channel of an exchange in the records."""

routes = APIRouter(tags=["questions"])


@dataclass(frozen=True)
class Asking:
    """A question with earlier turns.

    `language` counts if the question shows none; `country` may be empty.
    """

    question: str
    turns: Sequence[Turn]
    language: str
    country: str = ""


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@routes.post("/ask", responses=describe_responses(422), response_model=AnswerOut)
async def ask(request: Request, asked: AskIn, api: Api, key: MayAsk) -> dict[str, Any]:
    """Returns the complete answer to a question, once its turn has come."""
    async with api.turn(request, key):
        answer = await run_in_threadpool(last, find_asked_answers(api, request, asked))
    return answer_json(answer, home(request, api))


@routes.post("/ask/stream", responses=describe_responses(422), response_class=EventStream)
async def ask_stream(request: Request, asked: AskIn, api: Api, key: MayAsk) -> EventStream:
    """Streams the growing answer to a question; see `events`."""
    api.queue.check(visitor(key))  # once the response has begun, no status can say it
    return EventStream(events(api, request, asked, key))


@routes.post("/search", responses=describe_responses(422), response_model=PassagesOut)
async def search(request: Request, wanted: SearchIn, api: Api, key: MaySearch) -> dict[str, Any]:
    """Returns the passages for a query, and the query without personal data."""
    refuse_while_paused(api)
    query = mask(wanted.query)
    note_question(wanted.query)
    async with api.turn(request, key):
        found = await run_in_threadpool(passages, api, query, wanted.limit, wanted.on)
    valid = api.room.index.validities(wanted.on or date.today())
    link = home(request, api)
    return {"query": query, "passages": [passage_json(each, valid, link) for each in found]}


def refuse_while_paused(api: ApiContext) -> None:
    """Raises ProblemError in maintenance mode."""
    if api.service.records.announcing.off is not None:
        raise ProblemError(503, "paused", AWAY_SECONDS)


def find_asked_answers(api: ApiContext, request: Request, asked: AskIn) -> Generator[Answer, None, None]:
    """Yields the growing answer, and keeps the complete one."""
    language = asked.language or find_language(request.headers.get("accept-language", ""))
    turns = tuple(Turn(each.role, each.content, each.outcome) for each in asked.history)
    return keep_answers(api, Asking(asked.question.strip(), turns, language, asked.country), CHANNEL)


def keep_answers(api: ApiContext, asking: Asking, channel: str) -> Generator[Answer, None, None]:
    """Yields the growing answer, and stores the complete one with its channel."""
    earlier = (each.content for each in asking.turns if each.role == "user")
    note_question(" ".join([asking.question, *earlier]))
    waiting, language = pending(asking.question, asking.language), asking.language
    for answer in pace(stream_answers(api.service, waiting, asking.turns, language, asking.country)):
        yield answer
        if answer.complete:
            keep_exchange(api.service.records, answer, language, channel)


def last(answers: Generator[Answer, None, None]) -> Answer:
    """Reads all states of an answer, and returns the last, which is complete."""
    *_, answer = answers
    return answer


async def events(api: ApiContext, request: Request, asked: AskIn, key: ApiKey) -> AsyncIterator[str]:
    """Yields `answer` while the text grows, then `done` with the whole answer."""
    try:
        async with api.turn(request, key):
            async for answer in in_threads(find_asked_answers(api, request, asked)):
                if answer.complete:
                    yield event("done", answer_json(answer, home(request, api)))
                else:
                    yield event("answer", {"text": answer.text})
    except QueueFullError:  # between the check and the turn
        yield event("failed", {"key": "queue_full"})


def event(name: str, content: object) -> str:
    """Returns a server-sent event with `content` as JSON; other types become text."""
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False, default=str)}\n\n"


def answer_json(answer: Answer, address: str) -> dict[str, Any]:
    """Converts an answer; links begin with `address`."""
    found = to_json_with_bases(answer)
    found["citations"] = [
        shown | {"start": each.start, "end": each.end, "link": citation_link(each, answer.language, address)}
        for shown, each in zip(found["citations"], answer.citations, strict=True)
    ]
    return found | {"ai_generated": answer.mode == "model", "suggestions": list(answer.suggestions)}


def citation_link(citation: Citation, language: str, address: str) -> str:
    """Returns the link to a quoted passage; `address` is that of the page."""
    return address + source_address(citation, language)


def passages(api: ApiContext, query: str, limit: int, on: date | None) -> list[Passage]:
    """Searches for passages; validity counts as on the day `on`, None for today."""
    return search_or_by_words(api.room.index, api.room.bot.embedding_model, on)(query, limit)


def passage_json(passage: Passage, valid: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Converts a passage, with its place, its validity and its link."""
    chunk = passage.chunk
    place = Place(passage.source, chunk.start, chunk.end, passage.metadata.language, fingerprint(chunk.text))
    more = {"start": chunk.start, "end": chunk.end, "validity": valid.get(passage.source, ("unknown", ""))[0]}
    return passage_to_json(passage) | more | {"link": address + place.address(chunk.page, "#passage")}
