"""Generative answers: streamed from the passages, checked before the final one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import AnswerWarning, Citation
from bot.chat_model.streaming import ModelFailedError, log_failure
from bot.chat_model.written_question import accept_question
from bot.generation import grounding, prompts
from bot.generation.citations import cite_passage
from bot.generation.evidence import Evidence
from bot.generation.prompts import Shown
from bot.messages import text
from bot.query.answer_type import find_answer_type
from bot.query.query import Query
from text.citations import MARKERS, find_cited_numbers, renumber
from text.language import question_language
from text.numbers import figures

LOG = logging.getLogger(__name__)


class UnfitAnswerError(Exception):
    """Too little of the model's text is grounded; the message says why."""


@dataclass(frozen=True)
class ModelText:
    """The checked sentences of a model's text so far.

    - `refused`: the model found no answer in the passages.
    - `asked_back`: the question that it asks back; "" if none.
    - `left_out`: number of the sentences that are not grounded.
    """

    text: str
    complete: bool = False
    refused: bool = False
    asked_back: str = ""
    left_out: int = 0


def write(reply: Iterator[str], question: Query, evidence: Evidence) -> Iterator[ModelText]:
    """Yields the growing text of a model: only whole and grounded sentences.

    It is empty while there is none; the last one is complete.
    Raises ModelFailedError if the model fails, and UnfitAnswerError if its answer is not usable.
    """
    written, seen, shown = "", "", ""
    for piece in reply:
        written += piece
        ready = "" if is_signal(written) else grounding.drop_last_sentence(written)
        if ready != seen:
            seen, growing = ready, check_sentences(ready, question, evidence).text
            shown = max(shown, growing, key=len)  # what was shown stays until the end decides
            yield ModelText(shown)
        elif not piece:
            yield ModelText(shown)
    yield finish(written, question, evidence)


def is_signal(written: str) -> bool:
    """Checks that a text is, or may become, one of the replies that are no answer."""
    start = written.lstrip()
    return any(each.startswith(start[: len(each)]) for each in (prompts.NO_ANSWER, prompts.ASK_BACK))


def check_sentences(written: str, question: Query, evidence: Evidence) -> grounding.Checked:
    """Returns the sentences that the passages support, with resolved markers."""
    text = grounding.resolve_markers(written, len(evidence.shown)).strip()
    prompt = f"{question.text} {prompts.request(question.language)}"
    return grounding.check(text, evidence.sources, prompt, evidence.nearest, evidence.holds)


def finish(written: str, question: Query, evidence: Evidence) -> ModelText:
    """Returns the checked answer.

    Raises ModelFailedError for an empty text, UnfitAnswerError if too little of it is grounded.
    """
    text = written.strip()
    if text.startswith(prompts.ASK_BACK):
        asked_back = accept_question(text.removeprefix(prompts.ASK_BACK), question.text, ())
        return ModelText("", complete=True, refused=True, asked_back=asked_back)
    if prompts.NO_ANSWER in text:
        return ModelText("", complete=True, refused=True)
    if not grounding.says_something(text):
        raise log_failure("it wrote nothing")
    if question_language(MARKERS.sub(" ", text), question.language) != question.language:
        raise log_unfit_answer("it is in another language than the question")
    kept = check_sentences(text, question, evidence)
    if not find_cited_numbers(kept.text):
        raise log_unfit_answer("the passages support none of its sentences")
    if lacks_what_was_asked(kept.text, question, evidence.shown):
        raise log_unfit_answer("it does not give what was asked for, but a passage does")
    return ModelText(kept.text, complete=True, left_out=kept.left_out)


def log_unfit_answer(reason: str) -> UnfitAnswerError:
    """Logs the reason and returns the error to raise."""
    LOG.warning("An answer of the model was not shown: %s.", reason)
    return UnfitAnswerError(reason)


def extractive_warning(failure: ModelFailedError | UnfitAnswerError, language: str) -> AnswerWarning:
    """Returns the warning for an extractive answer in place of a generative one."""
    if isinstance(failure, ModelFailedError):
        return AnswerWarning("model_unavailable", text("model_unavailable", language))
    return AnswerWarning("unverified_figure", text("model_unfit", language))


def lacks_what_was_asked(text: str, question: Query, shown: Sequence[Shown]) -> bool:
    """Checks that the text lacks the expected answer type and a quotable line has it."""
    asked = find_answer_type(question.text)
    plain = MARKERS.sub(" ", text)
    if asked is None or asked.given.search(plain) or (question.language not in {"zh", "en"} and figures(plain)):
        return False
    return any(asked.given.search(line) for each in shown for line in each.lines)


def number_markers(text: str, shown: Sequence[Shown]) -> tuple[str, tuple[Citation, ...]]:
    """Returns the text with markers numbered from 1 in order, and their citations."""
    order = find_cited_numbers(text)
    numbers = {old: new for new, old in enumerate(order, 1)}
    return renumber(text, numbers), tuple(cite_passage(shown[old - 1].passage, numbers[old]) for old in order)
