"""Generative answers: streamed from the passages, checked before the final one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answer import Answer, AnswerWarning, Citation, Turn
from bot.dialogue.rewriting import accepted
from bot.generation import grounding, prompts
from bot.generation.chat_model import ANSWER_TOKENS, UnfinishedAnswerError, pieces
from bot.generation.citations import cite_passage
from bot.generation.prompts import Shown
from bot.messages import text
from bot.query.answer_type import expected_answer_type
from bot.query.query import EmbeddingModel, Query, spoken
from bot.retrieval.scoring import SIMILARITY_STD
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from store.documents import Passage
from text.citations import MARKERS, cited, renumber
from text.numbers import figures

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

PASSAGES_SHOWN = 4
"""Number of passages in the prompt."""
HALF_MARKER = re.compile(r"[\[【［][\s\d,，、]*$")
"""An unfinished marker at the end of a streamed text, which is not shown."""
LIKE = 2.0
"""Lead over the baseline at which a sentence without a marker is attributed.

In standard deviations.
"""
LOG = logging.getLogger(__name__)


class ModelFailedError(Exception):
    """The model could not be reached, was too slow or wrote nothing."""


class UnfitAnswerError(Exception):
    """Too little of the model's text is grounded; the message says why."""


@dataclass(frozen=True)
class ModelText:
    """The model's text so far.

    `refused` is True if the model found no answer in the passages; `left_out` counts the sentences that are not
    grounded.
    """

    text: str
    complete: bool = False
    refused: bool = False
    left_out: int = 0


def shown_passages(
    passages: Sequence[Passage], ranked: Sequence[RankedSnippet], chosen: Sequence[Snippet]
) -> list[Shown]:
    """Returns the passages for the prompt with best snippets and quotable lines.

    Passages with snippets to quote come first, then those with the best snippets.
    """
    best: dict[int, Snippet] = {}
    for each in ranked:
        best.setdefault(each.unit.passage, each.unit)
    order = list(dict.fromkeys([*(unit.passage for unit in chosen), *best, *range(len(passages))]))
    return [
        Shown(passages[number], best.get(number), tuple(unit.text for unit in chosen if unit.passage == number))
        for number in order[:PASSAGES_SHOWN]
    ]


def write(
    reply: Iterator[str], question: Query, shown: Sequence[Shown], meaning: EmbeddingModel
) -> Iterator[ModelText]:
    """Yields the growing text with resolved markers; the last one is checked.

    It is empty while the model is silent at first. Raises ModelFailedError and UnfitAnswerError.
    """
    written = ""
    for piece in reply:
        written += piece
        if not prompts.NO_ANSWER.startswith(written.strip()[: len(prompts.NO_ANSWER)]):
            yield ModelText(grounding.resolve_markers(HALF_MARKER.sub("", written), len(shown)))
        elif not piece:
            yield ModelText("")
    yield finish(written, question, shown, meaning)


def complete_question(model: BaseChatModel, draft: Answer, history: Sequence[Turn], seconds: float) -> str:
    """Returns a follow-up as the model completes it; "" if it fails or what it wrote is not accepted."""
    messages = prompts.whole_question(draft.standalone_question, draft.language, history)
    try:
        written = "".join(received(model, messages, seconds))
    except ModelFailedError:
        return ""
    return accepted(written, draft.standalone_question, history)


def received(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """Yields the model's text as it arrives.

    Raises ModelFailedError, also after `seconds`. Its message is safe to log: a server's own message may repeat the
    key or the question.
    """
    try:
        yield from pieces(model, messages, seconds)
    except UnfinishedAnswerError:
        raise failed(f"it did not come to an end within {ANSWER_TOKENS} tokens") from None
    except TimeoutError:
        raise failed(f"it took longer than {seconds:g} seconds (ASSISTANT_CHAT_SECONDS)") from None
    except Exception as error:  # the client raises its own errors, and those of httpx and json
        status = getattr(error, "status_code", None)
        reason = type(error).__name__ + (f", status {status}" if status else "")
        raise failed(f"{reason}. Check OPENAI_BASE_URL, OPENAI_API_KEY and ASSISTANT_CHAT_MODEL") from None


def failed(reason: str) -> ModelFailedError:
    """Logs the reason and returns the error to raise."""
    LOG.warning("The model gave no answer, the documents are quoted instead: %s.", reason)
    return ModelFailedError(reason)


def finish(written: str, question: Query, shown: Sequence[Shown], meaning: EmbeddingModel) -> ModelText:
    """Returns the checked answer.

    Raises ModelFailedError for an empty text, UnfitAnswerError if too little of it is grounded.
    """
    text = grounding.resolve_markers(written, len(shown)).strip()
    if prompts.NO_ANSWER in text:
        return ModelText("", complete=True, refused=True)
    if not grounding.says_something(text):
        raise failed("it wrote nothing")
    if spoken(text, question.language) != question.language:
        raise unfit("it is in another language than the question")
    request = prompts.request(question.language)
    sources = [searched(each.passage) for each in shown]
    checked = grounding.check(text, sources, f"{question.text} {request}", nearest_to(shown, sources, meaning))
    if not cited(checked.text):
        raise unfit("the passages bear out none of its sentences")
    if lacks_what_was_asked(checked.text, question, shown):
        raise unfit("it does not give what was asked for, but a passage does")
    return ModelText(checked.text, complete=True, left_out=checked.left_out)


def unfit(reason: str) -> UnfitAnswerError:
    """Logs the reason and returns the error to raise."""
    LOG.warning("An answer of the model was not shown: %s.", reason)
    return UnfitAnswerError(reason)


def quoted_instead(failure: ModelFailedError | UnfitAnswerError, language: str) -> AnswerWarning:
    """Returns the warning for an extractive answer in place of a generative one."""
    if isinstance(failure, ModelFailedError):
        return AnswerWarning("model_unavailable", text("model_unavailable", language))
    return AnswerWarning("unverified_figure", text("model_unfit", language))


def lacks_what_was_asked(text: str, question: Query, shown: Sequence[Shown]) -> bool:
    """Checks that the text lacks the expected answer type and a quotable line has it."""
    asked = expected_answer_type(question.text)
    plain = MARKERS.sub(" ", text)
    if asked is None or asked.given.search(plain) or (question.language not in {"zh", "en"} and figures(plain)):
        return False
    return any(asked.given.search(line) for each in shown for line in each.lines)


def nearest_to(shown: Sequence[Shown], sources: Sequence[str], meaning: EmbeddingModel) -> grounding.Nearest:
    """Returns a function that finds the passage most similar to a sentence, or None."""

    def nearest(sentence: str, numbers: Sequence[int], speaks: bool) -> int | None:
        if not numbers:
            return None
        vectors = meaning.passages([sentence, *(sources[number - 1] for number in numbers)])
        similarities = [float(each) for each in vectors[1:] @ vectors[0]]
        best = max(range(len(numbers)), key=similarities.__getitem__)
        usual = shown[numbers[best] - 1].passage.typical
        return numbers[best] if speaks or similarities[best] >= usual + LIKE * SIMILARITY_STD else None

    return nearest


def searched(passage: Passage) -> str:
    """Returns all of a passage that the model was shown."""
    parts = [passage.metadata.title, *passage.chunk.headings, passage.chunk.table_header, passage.chunk.text]
    return "\n".join(part for part in parts if part)


def cite(text: str, shown: Sequence[Shown]) -> tuple[str, tuple[Citation, ...]]:
    """Returns the text with markers numbered from 1 in order, and their citations."""
    order = cited(text)
    numbers = {old: new for new, old in enumerate(order, 1)}
    return renumber(text, numbers), tuple(cite_passage(shown[old - 1].passage, numbers[old]) for old in order)
