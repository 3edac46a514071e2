"""Reads a chat model: its text as it arrives, with a time limit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from time_limit import endpoint_loop

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

GLANCE = 0.5
"""Seconds of silence after which the reader can decide whether to go on."""
ANSWER_TOKENS = 700
"""Longest answer in tokens; good ones take about 200."""

LOG = logging.getLogger(__name__)


class UnfinishedAnswerError(Exception):
    """The model was cut off before the end of its answer."""


class ModelFailedError(Exception):
    """The model could not be reached, was too slow or wrote nothing."""


def receive_text(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """Yields the model's text as it arrives.

    Raises ModelFailedError, also after `seconds`. Its message is safe to log: a server's own message may repeat the
    key or the question.
    """
    try:
        yield from pieces(model, messages, seconds)
    except UnfinishedAnswerError:
        raise log_failure(f"it did not come to an end within {ANSWER_TOKENS} tokens") from None
    except TimeoutError:
        raise log_failure(f"it took longer than {seconds:g} seconds (ASSISTANT_CHAT_SECONDS)") from None
    except Exception as error:  # the client raises its own errors, and those of httpx and json
        raise log_failure(
            f"{safe_reason(error)}. Check ASSISTANT_CHAT_MODEL, OPENAI_BASE_URL or ASSISTANT_CHAT_BASE_URL, and the key"
        ) from None


def log_failure(reason: str) -> ModelFailedError:
    """Logs the reason and returns the error to raise."""
    LOG.warning("The model gave no answer, the documents are quoted instead: %s.", reason)
    return ModelFailedError(reason)


def safe_reason(error: Exception) -> str:
    """Returns the reason of a failure, safe to log.

    A server's own message is left out: it may repeat the key or the question.
    """
    status = getattr(error, "status_code", None)
    return type(error).__name__ + (f", status {status}" if status else "")


def pieces(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """Yields the model's text as it arrives, several waiting pieces as one.

    After GLANCE seconds of silence an empty piece comes, so that the reader can stop. Closing the generator closes the
    connection. The model is read on its own event loop, because only there can a wait be ended from outside: a client's
    own time limit starts again with every byte.

    Raises TimeoutError after `seconds`, UnfinishedAnswerError, and the errors of the client.
    """
    deadline = time.monotonic() + seconds
    arrived: SimpleQueue[str | None] = SimpleQueue()
    reading = asyncio.run_coroutine_threadsafe(read_pieces(model, messages, arrived), endpoint_loop())
    try:
        waiting: list[str | None] = []
        while None not in waiting:
            waiting = [next_before(deadline, arrived), *(arrived.get() for _ in range(arrived.qsize()))]
            yield "".join(piece for piece in waiting if piece)
        reading.result()
    finally:
        reading.cancel()


def next_before(deadline: float, arrived: SimpleQueue[str | None]) -> str | None:
    """Returns the next piece, or an empty one after GLANCE seconds.

    `deadline` is in the seconds of `time.monotonic`.
    None at the end.
    Raises TimeoutError if the deadline has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        return arrived.get(timeout=min(left, GLANCE))
    except Empty:
        return ""


async def read_pieces(model: BaseChatModel, messages: Sequence[BaseMessage], arrived: SimpleQueue[str | None]) -> None:
    """Puts each piece into the queue, and None at the end.

    LangChain's tracing is off: the environment may switch it on, and it would send the question to another host.
    Raises UnfinishedAnswerError if the model stops at its longest answer.
    """
    from langsmith import tracing_context

    task = asyncio.current_task()
    try:
        with tracing_context(enabled=False):
            async for piece in model.astream(list(messages)):
                arrived.put(str(piece.text))
                if piece.response_metadata.get("finish_reason") == "length":
                    raise UnfinishedAnswerError
                if task is not None and task.cancelling():  # the client swallows it if data are ready
                    raise asyncio.CancelledError
    finally:
        arrived.put(None)
