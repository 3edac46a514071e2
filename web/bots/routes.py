"""Routes `/bots/NAME`: an immediate response, and the answer when it is ready."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from bot.answer import Answer, Turn
from bot.dialogue.refusal import QUESTION_CHARACTERS
from web.api.context import ApiContext, home
from web.api.questions import Asking, keep_answers, last
from web.bots.platform import BotRefusedError, BotSendError, Incoming, Platform, PlatformRequest, Reply
from web.bots.replies import reply_of, words_for
from web.http.fair_queue import QueueFullError
from web.i18n import DEFAULT, FOREIGN

MOST_CHATS, MOST_SEEN = 1_000, 10_000
"""Conversations and message ids that are remembered."""
CHAT_SECONDS, CHAT_TURNS = 1_800.0, 6
"""Lifetime of a conversation after its last answer, and its maximum of messages."""

log = logging.getLogger(__name__)


@dataclass
class Chats:
    """Conversations of the platforms, in memory only. Used on the event loop.

    They are kept because platforms send one message at a time.
    """

    turns: OrderedDict[str, tuple[float, tuple[Turn, ...]]] = field(default_factory=OrderedDict)
    seen: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def is_new(self, message: str) -> bool:
        """True for the first time: a platform that waits too long sends a message again."""
        is_new = message not in self.seen
        self.seen[message] = None
        if len(self.seen) > MOST_SEEN:
            self.seen.popitem(last=False)
        return is_new

    def before(self, chat: str) -> tuple[Turn, ...]:
        """Returns the last messages of a conversation; none after CHAT_SECONDS."""
        at, turns = self.turns.get(chat, (0.0, ()))
        return turns if time.monotonic() - at < CHAT_SECONDS else ()

    def keep(self, chat: str, question: str, answer: Answer) -> None:
        """Adds a question and its answer to a conversation, cut to CHAT_TURNS messages.

        Above MOST_CHATS, the conversation whose last answer is oldest is forgotten.
        """
        turns = (*self.before(chat), Turn("user", question), Turn("assistant", answer.text, answer.outcome))
        self.turns[chat] = time.monotonic(), turns[-CHAT_TURNS:]
        self.turns.move_to_end(chat)
        if len(self.turns) > MOST_CHATS:
            self.turns.popitem(last=False)


@dataclass(frozen=True)
class Bots:
    """The configured platforms, with their conversations."""

    api: ApiContext
    platforms: Mapping[str, Platform]
    chats: Chats = field(default_factory=Chats)

    async def take(self, request: Request, name: str) -> Response:
        """Reads a request and responds at once; the answer is sent afterwards."""
        sent = PlatformRequest(request.query_params, request.headers, await request.body())
        try:
            incoming = await run_in_threadpool(self.platforms[name].read, sent)
        except BotRefusedError as error:
            log.warning("A request to the bot of %s was refused: %s.", name, error)
            return PlainTextResponse("refused", 403)
        kind = PlainTextResponse if isinstance(incoming.response, str) else JSONResponse
        is_asked = bool(incoming.to) and self.chats.is_new(f"{name} {incoming.message}")
        task = BackgroundTask(self.answer, request, name, incoming) if is_asked else None
        return kind(incoming.response, background=task)

    async def answer(self, request: Request, name: str, incoming: Incoming) -> None:
        """Answers a message in turn and sends the reply; logs failures without content."""
        platform = self.platforms[name]
        try:
            reply = await self.reply(request, name, incoming, platform)
            await run_in_threadpool(platform.send, incoming.to, reply)
        except BotSendError as error:
            log.warning("An answer could not be sent by %s (%s).", name, error)

    async def reply(self, request: Request, name: str, incoming: Incoming, platform: Platform) -> Reply:
        """Returns the answer to a message once its turn has come, or why there is none."""
        words, question = words_for(DEFAULT), incoming.question
        if incoming.is_unreadable:  # its language is not known
            return Reply(
                words["masthead.name"], f"{words['bots.unreadable']}\n\n{words_for(FOREIGN)['bots.unreadable']}"
            )
        if len(question) > QUESTION_CHARACTERS:
            text = words["question.too_long"].format(length=len(question), limit=QUESTION_CHARACTERS)
            return Reply(words["masthead.name"], text)
        chat = f"{name} {incoming.chat}"
        asking = Asking(question, self.chats.before(chat), DEFAULT)
        try:
            async with self.api.queue.guest_turn(request, chat):
                answer = await run_in_threadpool(last, keep_answers(self.api, asking, name))
        except QueueFullError:
            return Reply(words["masthead.name"], words["bots.full"])
        self.chats.keep(chat, question, answer)
        return reply_of(answer, home(request, self.api), platform.most_bytes)


def router(api: ApiContext, platforms: Mapping[str, Platform]) -> APIRouter:
    """Routes of the platforms; GET verifies the address (WeCom)."""
    routes, bots = APIRouter(), Bots(api, platforms)
    for name in platforms:
        add_platform(routes, bots, name)
    return routes


def add_platform(routes: APIRouter, bots: Bots, name: str) -> None:
    """Adds the route `/bots/NAME` of a platform."""

    async def take(request: Request) -> Response:
        return await bots.take(request, name)

    routes.add_api_route(f"/bots/{name}", take, methods=["GET", "POST"], response_model=None)
