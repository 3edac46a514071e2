"""The chat model that the settings name, behind LangChain's seam, and how long it may take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from settings import Settings

GLANCE = 0.5
"""Seconds for which a model may be silent until its reader is asked whether to go on."""
ANSWER_TOKENS = 700
"""The longest answer; good ones take about 200."""


def open_model(settings: Settings) -> BaseChatModel | None:
    """The model, None where none is set: a stray key alone sends nothing."""
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(
        settings.chat_model,
        model_provider="openai",
        base_url=settings.openai_base_url or None,
        api_key=settings.openai_api_key.get_secret_value() or "none",
        timeout=settings.chat_seconds,
        max_retries=1,
        max_tokens=ANSWER_TOKENS,
        use_responses_api=False,
        temperature=0,
    )
    return model


class Unfinished(Exception):
    """The model was cut off before the end of its answer."""


def pieces(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """What the model writes, as it comes; what came while nobody looked is one piece. Where nothing came for GLANCE
    there is an empty one, so that a reader who no longer wants the answer can stop. Closing it closes the connection.

    The model is read on an event loop of its own, for only there can a wait be ended from outside: a client's
    own time limit starts again with every byte. Raises TimeoutError after `seconds`, Unfinished, and what the
    client raises.
    """
    deadline = time.monotonic() + seconds
    arrived: SimpleQueue[str | None] = SimpleQueue()
    reading = asyncio.run_coroutine_threadsafe(read(model, messages, arrived), reading_loop())
    try:
        waiting: list[str | None] = []
        while None not in waiting:
            waiting = [next_before(deadline, arrived), *(arrived.get() for _ in range(arrived.qsize()))]
            yield "".join(piece for piece in waiting if piece)
        reading.result()
    finally:
        reading.cancel()


def next_before(deadline: float, arrived: SimpleQueue[str | None]) -> str | None:
    """The next piece, or an empty one after GLANCE. Raises TimeoutError where it comes too late."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        return arrived.get(timeout=min(left, GLANCE))
    except Empty:
        return ""


async def read(model: BaseChatModel, messages: Sequence[BaseMessage], arrived: SimpleQueue[str | None]) -> None:
    """Puts each piece where it is waited for, and None at the end.

    LangChain's tracing, which the environment may switch on, would send the question to another host.
    """
    from langsmith import tracing_context

    task = asyncio.current_task()
    try:
        with tracing_context(enabled=False):
            async for piece in model.astream(list(messages)):
                arrived.put(str(piece.text))
                if piece.response_metadata.get("finish_reason") == "length":
                    raise Unfinished
                if task is not None and task.cancelling():  # the client swallows it where data lie ready
                    raise asyncio.CancelledError
    finally:
        arrived.put(None)


@cache
def reading_loop() -> asyncio.AbstractEventLoop:
    """One loop for all answers, so that they share the client's open connections."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop
