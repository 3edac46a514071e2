"""Composing with a model: a streamed answer from the passages, checked before it is shown as final."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from bot import checking, prompts
from bot.answers import Citation, Turn
from bot.extracting import cite_passage
from bot.models import ANSWER_TOKENS, Unfinished, pieces
from bot.questions import Question
from ingest.documents import Passage

PASSAGES_SHOWN = 5
HALF_MARKER = re.compile(r"[\[【［][\s\d,，、]*$")
LOG = logging.getLogger(__name__)


class ModelFailed(Exception):
    """The model could not be reached, was too slow or wrote nothing that holds."""


class Unsupported(Exception):
    """The model's answer states a figure that stands in none of the passages that it cites."""


@dataclass(frozen=True)
class Draft:
    """What the model has written so far; `refused` says that it found no answer in the passages."""

    text: str
    complete: bool = False
    refused: bool = False


def write(
    model: BaseChatModel, question: Question, passages: Sequence[Passage], history: Sequence[Turn], seconds: float
) -> Iterator[Draft]:
    """Ever longer drafts with markers resolved against the passages, the last one checked.

    Raises ModelFailed, also after `seconds`, and Unsupported.
    """
    shown = passages[:PASSAGES_SHOWN]
    written = ""
    for piece in received(model, prompts.grounded(question.text, question.language, shown, history), seconds):
        written += piece
        if not prompts.NO_ANSWER.startswith(written.strip()[: len(prompts.NO_ANSWER)]):
            yield Draft(checking.resolve_markers(HALF_MARKER.sub("", written), len(shown)))
    yield finish(written, shown)


def received(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """The model's words as they come. Raises ModelFailed with what is safe to log: a server's own message
    may repeat the key or the question."""
    try:
        yield from pieces(model, messages, seconds)
    except Unfinished:
        raise failed(f"it did not come to an end within {ANSWER_TOKENS} tokens") from None
    except TimeoutError:
        raise failed(f"it took longer than {seconds:g} seconds (ASSISTANT_CHAT_SECONDS)") from None
    except Exception as error:  # the client raises its own errors, httpx's and json's alike
        status = getattr(error, "status_code", None)
        reason = type(error).__name__ + (f", status {status}" if status else "")
        raise failed(f"{reason}. Check OPENAI_BASE_URL, OPENAI_API_KEY and ASSISTANT_CHAT_MODEL") from None


def failed(reason: str) -> ModelFailed:
    """The error to raise, after it was logged."""
    LOG.warning("The model gave no answer, the documents are quoted instead: %s.", reason)
    return ModelFailed(reason)


def finish(written: str, passages: Sequence[Passage]) -> Draft:
    """The checked answer. Raises ModelFailed where it cites nothing, Unsupported where a figure is not supported."""
    text = checking.resolve_markers(written, len(passages)).strip()
    if prompts.NO_ANSWER in text:
        return Draft("", complete=True, refused=True)
    if not re.search(r"\w", re.sub(r"\[\d+\]", "", text)):
        raise failed("it wrote nothing")
    if not checking.cited(text):
        raise failed("it cited no passage")
    if missing := checking.unsupported_figures(text, [searched(passage) for passage in passages]):
        LOG.warning("An answer of the model was not shown: %d figures stand in no passage it cites.", len(missing))
        raise Unsupported(", ".join(missing))
    return Draft(text, complete=True)


def searched(passage: Passage) -> str:
    """All that the model was shown of a passage."""
    parts = [passage.metadata.title, *passage.chunk.headings, passage.chunk.table_header, passage.chunk.text]
    return "\n".join(part for part in parts if part)


def cite(text: str, passages: Sequence[Passage]) -> tuple[str, tuple[Citation, ...]]:
    """The text with its markers numbered from 1 in order of use, and what they stand for."""
    order = checking.cited(text)
    numbers = {old: new for new, old in enumerate(order, 1)}
    return checking.renumber(text, numbers), tuple(cite_passage(passages[old - 1], numbers[old]) for old in order)
