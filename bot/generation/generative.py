"""Composing with a model: a streamed answer from the passages, checked before it is shown as final."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from bot.answer import Citation, Warning
from bot.generation import grounding, prompts
from bot.generation.chat_model import ANSWER_TOKENS, Unfinished, pieces
from bot.generation.citations import cite_passage
from bot.generation.prompts import Shown
from bot.messages import text
from bot.query.answer_type import asked_for
from bot.query.query import Meaning, Question, spoken
from bot.retrieval.scoring import SPREAD
from bot.retrieval.snippet_ranking import Scored
from bot.retrieval.snippets import Unit
from store.documents import Passage
from text.citations import MARKERS, cited, renumber
from text.numbers import figures

PASSAGES_SHOWN = 4
HALF_MARKER = re.compile(r"[\[【［][\s\d,，、]*$")
LIKE = 2.0
"""How much more similar than usual a sentence without a marker is to the passage that it came from, in spreads."""
LOG = logging.getLogger(__name__)


class ModelFailed(Exception):
    """The model could not be reached, was too slow or wrote nothing."""


class Unfit(Exception):
    """Of what the model wrote too little holds; the message says why."""


@dataclass(frozen=True)
class Draft:
    """What the model has written so far; `refused` says that it found no answer in the passages, `left_out` how many
    sentences were not borne out by them."""

    text: str
    complete: bool = False
    refused: bool = False
    left_out: int = 0


def shown_passages(passages: Sequence[Passage], ranked: Sequence[Scored], chosen: Sequence[Unit]) -> list[Shown]:
    """The passages that a model reads: those that would be quoted and those with the best units first, each with its
    best unit and the lines of it that would be quoted."""
    best: dict[int, Unit] = {}
    for each in ranked:
        best.setdefault(each.unit.passage, each.unit)
    order = list(dict.fromkeys([*(unit.passage for unit in chosen), *best, *range(len(passages))]))
    return [
        Shown(passages[number], best.get(number), tuple(unit.text for unit in chosen if unit.passage == number))
        for number in order[:PASSAGES_SHOWN]
    ]


def write(reply: Iterator[str], question: Question, shown: Sequence[Shown], meaning: Meaning) -> Iterator[Draft]:
    """Ever longer drafts with markers resolved against the passages, the last one checked; empty ones while the
    model is silent at first.

    Raises ModelFailed and Unfit.
    """
    written = ""
    for piece in reply:
        written += piece
        if not prompts.NO_ANSWER.startswith(written.strip()[: len(prompts.NO_ANSWER)]):
            yield Draft(grounding.resolve_markers(HALF_MARKER.sub("", written), len(shown)))
        elif not piece:
            yield Draft("")
    yield finish(written, question, shown, meaning)


def received(model: BaseChatModel, messages: Sequence[BaseMessage], seconds: float) -> Iterator[str]:
    """The model's words as they come. Raises ModelFailed, also after `seconds`, with what is safe to log: a server's
    own message may repeat the key or the question."""
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


def finish(written: str, question: Question, shown: Sequence[Shown], meaning: Meaning) -> Draft:
    """The checked answer. Raises ModelFailed where there is none, Unfit where too little of it holds."""
    text = grounding.resolve_markers(written, len(shown)).strip()
    if prompts.NO_ANSWER in text:
        return Draft("", complete=True, refused=True)
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
    return Draft(checked.text, complete=True, left_out=checked.left_out)


def unfit(reason: str) -> Unfit:
    """The error to raise, after it was logged."""
    LOG.warning("An answer of the model was not shown: %s.", reason)
    return Unfit(reason)


def quoted_instead(failure: ModelFailed | Unfit, language: str) -> Warning:
    """What a person must know where quotes stand in for the words of a model."""
    if isinstance(failure, ModelFailed):
        return Warning("model_unavailable", text("model_unavailable", language))
    return Warning("unverified_figure", text("model_unfit", language))


def lacks_what_was_asked(text: str, question: Question, shown: Sequence[Shown]) -> bool:
    """Whether a time limit, a rate or an amount was asked for that a leading line gives and the text does not."""
    asked = asked_for(question.text)
    plain = MARKERS.sub(" ", text)
    if asked is None or asked.given.search(plain) or (question.language not in {"zh", "en"} and figures(plain)):
        return False
    return any(asked.given.search(line) for each in shown for line in each.lines)


def nearest_to(shown: Sequence[Shown], sources: Sequence[str], meaning: Meaning) -> grounding.Nearest:
    """Finds the passage that a sentence is most like, by meaning; none where it is like none."""

    def nearest(sentence: str, numbers: Sequence[int], speaks: bool) -> int | None:
        if not numbers:
            return None
        vectors = meaning.passages([sentence, *(sources[number - 1] for number in numbers)])
        similarities = [float(each) for each in vectors[1:] @ vectors[0]]
        best = max(range(len(numbers)), key=similarities.__getitem__)
        usual = shown[numbers[best] - 1].passage.typical
        return numbers[best] if speaks or similarities[best] >= usual + LIKE * SPREAD else None

    return nearest


def searched(passage: Passage) -> str:
    """All that the model was shown of a passage."""
    parts = [passage.metadata.title, *passage.chunk.headings, passage.chunk.table_header, passage.chunk.text]
    return "\n".join(part for part in parts if part)


def cite(text: str, shown: Sequence[Shown]) -> tuple[str, tuple[Citation, ...]]:
    """The text with its markers numbered from 1 in order of use, and what they stand for."""
    order = cited(text)
    numbers = {old: new for new, old in enumerate(order, 1)}
    return renumber(text, numbers), tuple(cite_passage(shown[old - 1].passage, numbers[old]) for old in order)
