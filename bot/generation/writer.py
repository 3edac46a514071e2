"""Writer: asks a model, checks its text, and chooses between it and quotes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from bot import outcomes
from bot.answer import Answer, AnswerWarning, Turn, add_warning, end_answer
from bot.chat_model.streaming import ModelFailedError, receive_text
from bot.dialogue.questions_back import was_asked_back
from bot.generation import generative, prompts
from bot.generation.citations import Extract
from bot.generation.evidence import Evidence
from bot.generation.packing import pack
from bot.generation.quote_verification import verify_citations
from bot.generation.quoting import Quoter, find_quoted_lines
from bot.generation.validity_warnings import with_warnings
from bot.messages import text
from bot.outcomes import Outcome
from bot.query.query import EmbeddingModel
from bot.retrieval.found_parts import Part
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import is_unknown
from store.answerability.model import AnswerabilityModel

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NEAR = 0.003
"""Probability, as the judge sees it, of the best snippet from which a model is asked after a refusal.

Of 38 development questions none outside the service reaches it, and three of three refused answerable ones do.
"""
SURE = 0.4
"""Answerability score from which quotes are kept if the model finds no answer.

Quotes then answer about as often as not: .5, or .55 if lines have exemplars (`answerability.WEIGHTS`). Below it a
refusal is right as often as quotes, even of a model that knows nothing.
"""
AS_GOOD = 0.5
"""Probability, as the judge sees it, that a model's best sentence needs in place of quotes.

As a share of the probability of the best snippet.
"""
OVERRULES = 0.9
"""Probability, as the judge sees it, that a model's best sentence needs in place of a refusal.

Not measured how often such a sentence answers: the judge's probabilities are not calibrated.
"""


@dataclass(frozen=True)
class Attempt:
    """Result of a model call.

    - `answer`: growing or complete; a complete one of the model has no warnings yet.
    - `left_out`: number of its sentences that were left out.
    - `failure`: why the answer is not the model's, if it should have been.
    """

    answer: Answer
    left_out: int = 0
    failure: ModelFailedError | generative.UnfitAnswerError | None = None


@dataclass(frozen=True)
class Writer:
    """Composes answers with a model.

    It takes up to `seconds` and reads up to `context` tokens.
    """

    model: BaseChatModel
    seconds: float
    context: int
    embedding_model: EmbeddingModel
    answerability: AnswerabilityModel | None
    quoter: Quoter

    def stream(
        self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn], otherwise: Answer
    ) -> Iterator[Answer]:
        """Yields the growing answer of the model.

        Ends with `otherwise`, the answer without a model, if the model's is not usable.
        """
        for attempt in self.attempts(draft, retrieval, history, otherwise, self.seconds):
            yield self.with_warnings(attempt, retrieval.on)

    def stream_parts(self, draft: Answer, parts: Sequence[Part], history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the growing answer to a message of several questions.

        Each is written by the model, or quoted, on its own; `seconds` is the limit for all of them.
        """
        deadline = time.monotonic() + self.seconds
        done, extracts = list[Attempt](), list[Extract | None]()
        answer = replace(draft, outcome=Outcome.ANSWERED)
        for part in parts:
            otherwise, left = self.quoter.answer(draft, part.retrieval), deadline - time.monotonic()
            done.append(Attempt(otherwise))
            for attempt in self.attempts(draft, part.alone, history, otherwise, left):
                done[-1] = attempt
                yield answer
            extracts.append(self.extract(done[-1].answer, part.retrieval, find_quoted_lines(extracts)))
            by_model = replace(draft, mode="model" if any(each.answer.mode == "model" for each in done) else draft.mode)
            answer = self.quoter.answer_parts(by_model, parts[: len(extracts)], extracts)
            if len(extracts) == len(parts):
                yield self.with_notes(answer, done)
            else:
                yield (answer := replace(answer, complete=False))

    def with_notes(self, answer: Answer, attempts: Sequence[Attempt]) -> Answer:
        """Returns the answer with what its parts say of the model: failed, or left out."""
        failures = [each.failure for each in attempts if each.failure and is_given(each.answer)]
        for failure in failures[:1]:
            answer = add_warning(answer, generative.extractive_warning(failure, answer.language))
        return with_left_out(answer) if any(each.left_out for each in attempts) else answer

    def extract(self, answer: Answer, retrieval: Retrieval, quoted: Set[tuple[str, int]]) -> Extract | None:
        """Returns the answer to a part: the model's, or quotes.

        A part is not asked back. `quoted` are the quotes of the parts before.
        None if nothing answers it.
        """
        if answer.outcome is Outcome.ANSWERED and answer.mode == "model":
            return Extract(answer.text, answer.citations, says_unknown=True)  # it says itself what it does not find
        is_back = answer.outcome is Outcome.NEEDS_CLARIFICATION
        is_quoted = is_given(answer) or is_back or is_unknown(retrieval.ranked)
        return self.quoter.extract(retrieval, quoted) if is_quoted else None

    def attempts(
        self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn], otherwise: Answer, seconds: float
    ) -> Iterator[Attempt]:
        """Yields the attempts of `ask_model`; if the model fails, `otherwise` at the end."""
        try:
            yield from self.ask_model(draft, retrieval, history, otherwise, seconds)
        except (ModelFailedError, generative.UnfitAnswerError) as failure:
            yield Attempt(otherwise, failure=failure)

    def ask_model(
        self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn], otherwise: Answer, seconds: float
    ) -> Iterator[Attempt]:
        """Yields what the model answers, asks back or refuses.

        Raises ModelFailedError and UnfitAnswerError.
        """
        if not is_worth_asking(retrieval):
            yield Attempt(otherwise)
            return
        is_quoted, question = is_given(otherwise), retrieval.question
        shown = pack(retrieval, self.quoter.snippets(retrieval), history, draft.language, self.context)
        evidence = Evidence(retrieval.read, shown, self.embedding_model, self.answerability)
        messages = prompts.answer_prompt(question.text, draft.language, shown, history)
        reply = receive_text(self.model, messages, seconds)
        growing = replace(draft, outcome=Outcome.ANSWERED)
        for piece in generative.write(reply, question, evidence):
            if piece.refused:
                back = "" if was_asked_back(history) else piece.asked_back
                yield Attempt(self.fall_back(draft, retrieval, otherwise, back))
                return
            body, cited = generative.number_markers(piece.text, shown)
            own = replace(growing, mode="model", text=body, citations=cited)
            if piece.complete:
                bar = AS_GOOD * retrieval.ranked[0].probability if is_quoted else OVERRULES
                if evidence.probability(piece.text) < bar:
                    raise generative.log_unfit_answer("none of its sentences reads like an answer")
                yield Attempt(self.verify_answer(own), piece.left_out)
            else:  # what overrules a refusal is not shown before all of it is judged
                yield Attempt(own if body and is_quoted else growing)

    def verify_answer(self, answer: Answer) -> Answer:
        """Returns the complete answer with its citations as in their documents.

        Raises UnfitAnswerError if a document was changed meanwhile.
        """
        if (citations := verify_citations(answer.citations, self.quoter.index)) is None:
            raise generative.log_unfit_answer("a document that it cites was changed meanwhile")
        return replace(answer, citations=citations, complete=True)

    def with_warnings(self, attempt: Attempt, on: date) -> Answer:
        """Returns the answer with the warnings that a complete one needs."""
        answer = attempt.answer
        if attempt.failure and is_given(answer):
            return add_warning(answer, generative.extractive_warning(attempt.failure, answer.language))
        if answer.mode != "model" or not answer.complete:
            return answer
        return with_warnings(with_left_out(answer) if attempt.left_out else answer, self.quoter.index, on)

    def fall_back(self, draft: Answer, retrieval: Retrieval, otherwise: Answer, asked_back: str) -> Answer:
        """Returns the answer if the model finds none.

        The quotes if they surely answer, else the question that the model asks back, else a refusal.
        """
        if is_given(otherwise) and retrieval.support >= SURE:
            return otherwise
        if asked_back:
            return replace(end_answer(draft, Outcome.NEEDS_CLARIFICATION, asked_back), suggestions=(), reason="")
        return self.quoter.refuse(draft, retrieval)


def is_given(answer: Answer) -> bool:
    """Checks that a question is answered, maybe without a figure that it asks for."""
    return answer.outcome in outcomes.ANSWERED


def with_left_out(answer: Answer) -> Answer:
    """Returns the answer with the warning that sentences of the model were left out."""
    return add_warning(answer, AnswerWarning("unverified_figure", text("left_out", answer.language)))


def is_worth_asking(retrieval: Retrieval) -> bool:
    """Checks that there is something for a model to answer from.

    That is an answer in quotes, or, after a refusal that no rule makes, passages that are near enough (NEAR). If the
    best line says that something is not known, there is nothing to add.
    """
    if is_unknown(retrieval.ranked) and not retrieval.rows:
        return False
    if retrieval.support > 0:
        return True
    is_open = isfinite(retrieval.support) and not retrieval.is_outside
    return is_open and retrieval.ranked[0].is_read and retrieval.ranked[0].probability >= NEAR
