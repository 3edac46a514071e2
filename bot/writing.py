"""Composing with a model: a streamed answer from the passages, checked before it is shown as final."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel

from bot import checking, prompts
from bot.answers import Citation, Turn
from bot.extracting import cite_passage
from bot.questions import Question
from ingest.documents import Passage

PASSAGES_SHOWN = 5


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
    """Ever longer drafts with markers resolved against the passages. Raises ModelFailed, also after `seconds`."""
    shown = passages[:PASSAGES_SHOWN]
    messages = prompts.grounded(question.text, question.language, shown, history)
    deadline = time.monotonic() + seconds
    written = ""
    try:
        for piece in model.stream(messages):
            written += str(piece.text)
            if time.monotonic() > deadline:
                raise ModelFailed(f"The model took longer than {seconds:.0f} seconds.")
            if not prompts.NO_ANSWER.startswith(written.strip()[: len(prompts.NO_ANSWER)]):
                yield Draft(checking.resolve_markers(written, len(shown)))
    except (ModelFailed, GeneratorExit):
        raise
    except Exception as error:  # the client raises its own, httpx's and the server's errors alike
        raise ModelFailed(f"{type(error).__name__}: {error}") from error
    yield finish(written, shown)


def finish(written: str, passages: Sequence[Passage]) -> Draft:
    """The checked answer. Raises ModelFailed where it cites nothing, Unsupported where a figure is not supported."""
    text = checking.resolve_markers(written, len(passages)).strip()
    if prompts.NO_ANSWER in text or not text:
        return Draft("", complete=True, refused=True)
    if not checking.cited(text):
        raise ModelFailed("The model's answer cites no passage.")
    if missing := checking.unsupported_figures(text, [searched(passage) for passage in passages]):
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
