"""Several chat models in order of preference: if one fails, the next is asked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from bot.chat_model.streaming import safe_reason
from circuit_breaker import Breaker

SILENCE_SECONDS = 8.0
"""Seconds without a word after which the next model is asked.

Half the time limit of an answer if that is less.
"""
PAUSE_SECONDS = 30.0
"""Seconds for which a model is not asked after a failure.

Then one question tries it again.
"""
THINKING_PIECES = 6
"""Pieces without a word after which a model is taken to think.

An answer without any word has at most three.
"""
OF_THE_QUESTION = frozenset({400, 413, 422})
"""HTTP statuses that concern one question: the model gets no pause after them.

The next model is asked this question.
"""

LOG = logging.getLogger(__name__)


class SilentModelError(Exception):
    """A model ended its answer without a word."""


@dataclass(frozen=True)
class ModelChoice:
    """A model at a host; `breaker` is open while it fails."""

    model: BaseChatModel
    host: str
    breaker: Breaker = field(default_factory=lambda: Breaker(PAUSE_SECONDS, trial=PAUSE_SECONDS))


class PreferredModels(BaseChatModel):
    """Chat model that asks several in order until one begins to answer.

    The last one is asked in any case. A model that has begun is not replaced: a later failure ends the answer and opens
    its breaker. `seconds` is the time limit of a whole answer.
    """

    choices: list[ModelChoice]
    seconds: float

    @property
    def _llm_type(self) -> str:
        return "preferred models"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> ChatResult:
        raise NotImplementedError  # answers are streamed

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Yields the pieces of the first model that begins to answer.

        Raises the errors of that model, or of the last one if none begins.
        """
        for choice in self._list_preferred():
            started = time.monotonic()
            stream = choice.model.astream(messages, stop=stop, **options)
            if first := await self._beginning(choice, stream):
                async for piece in self._guard(choice, first, stream, started):
                    yield ChatGenerationChunk(message=piece)
                return
        async for piece in self.choices[-1].model.astream(messages, stop=stop, **options):
            yield ChatGenerationChunk(message=piece)

    def _list_preferred(self) -> Iterator[ModelChoice]:
        """The models before the last one that may be asked now."""
        return (each for each in self.choices[:-1] if each.breaker.lets_through())

    async def _beginning(self, choice: ModelChoice, stream: AsyncIterator[AIMessageChunk]) -> list[AIMessageChunk]:
        """Returns the first pieces of a model's answer; [] if it failed."""
        try:
            async with asyncio.timeout(min(SILENCE_SECONDS, self.seconds / 2)):
                pieces = await read_beginning(stream)
        except Exception as error:  # the client raises its own errors, and those of httpx and json
            if getattr(error, "status_code", None) not in OF_THE_QUESTION:
                choice.breaker.trip()
            LOG.warning("The model at %s gave no answer (%s): the next one is asked.", choice.host, safe_reason(error))
            return []
        if choice.breaker.close():
            LOG.warning("The model at %s answers again.", choice.host)
        return pieces

    async def _guard(
        self, choice: ModelChoice, first: list[AIMessageChunk], stream: AsyncIterator[AIMessageChunk], started: float
    ) -> AsyncIterator[AIMessageChunk]:
        """Yields all pieces of a model, and opens its breaker if it fails.

        Also if it is cancelled after it had nearly all of the time: a model that was asked late is not to blame.
        """
        try:
            for piece in first:
                yield piece
            async for piece in stream:
                yield piece
        except asyncio.CancelledError:  # the person left, or the time is over
            if time.monotonic() - started >= 0.9 * self.seconds:
                choice.breaker.trip()
            raise
        except Exception:
            choice.breaker.trip()
            raise


async def read_beginning(stream: AsyncIterator[AIMessageChunk]) -> list[AIMessageChunk]:
    """Reads a model's pieces up to the first word.

    Or up to THINKING_PIECES pieces, which only a model that thinks sends before it.
    Raises SilentModelError if the answer ends without either, and the errors of the client.
    """
    pieces: list[AIMessageChunk] = []
    async for piece in stream:
        pieces.append(piece)
        if piece.text or len(pieces) >= THINKING_PIECES:
            return pieces
    raise SilentModelError
