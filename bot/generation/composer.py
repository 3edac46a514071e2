"""Composer: from what was found for a message to an answer or a question back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from bot.answer import Answer, Turn, end_answer
from bot.dialogue.questions_back import was_asked_back
from bot.dialogue.rewriting import previous_questions
from bot.generation.clarification import Back, ask_back
from bot.generation.follow_ups import SUGGESTED, next_questions_of
from bot.generation.quoting import Quoter
from bot.generation.writer import Writer
from bot.outcomes import Outcome
from bot.query.countries import countries, is_here
from bot.query.regions import regions
from bot.retrieval.message_parts import Findings
from bot.retrieval.retriever import Retrieval


@dataclass(frozen=True)
class Composer:
    """Composes answers from quotes; with a `writer`, from a model's checked text."""

    quoter: Quoter
    writer: Writer | None = None

    def compose(self, draft: Answer, found: Findings, history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields increasingly complete answers, or a clarifying question.

        The rules decide whether to ask back, also with a model. Nothing is asked back twice in a row: without a country
        the likeliest one is answered, without a subject the office is named.
        """
        retrievals = [each.retrieval for each in found.parts] or [found.whole]
        draft = replace(draft, support=least_support(retrievals))
        back = question_back(found, history)
        if back and not was_asked_back(history):
            asked = end_answer(draft, Outcome.NEEDS_CLARIFICATION, back.text)
            yield replace(asked, suggestions=back.choices, reason="")
            return
        if back and not back.has_subject:
            yield self.quoter.refuse(draft, found.whole)
            return
        suggestions = (*draft.suggestions, *next_questions_of(found, retrievals, history))
        draft = replace(draft, suggestions=tuple(dict.fromkeys(suggestions))[:SUGGESTED])
        if found.parts and self.writer:
            yield from self.writer.stream_parts(draft, found.parts, history)
        elif found.parts:
            yield self.quoter.answer_parts(draft, found.parts, self.quoter.extracts(found.parts))
        else:
            quoted = self.quoter.answer(draft, found.whole)
            yield from self.writer.stream(draft, found.whole, history, quoted) if self.writer else [quoted]


def least_support(retrievals: Sequence[Retrieval]) -> float | None:
    """Returns the support of the weakest answer to a part, or of the refusal of all.

    The weakest one is what staff have to see.
    None if a rule refuses.
    """
    answered = [each.support for each in retrievals if each.support > 0]
    support = min(answered) if answered else retrievals[0].support
    return support if isfinite(support) else None


def question_back(found: Findings, history: Sequence[Turn]) -> Back | None:
    """Returns the clarifying question to a message.

    A message of several questions lacks a country if the first of them does and none names one.
    None if nothing is unclear, or if an unanswered message is outside the service.
    """
    whole, supports = found.whole, [each.retrieval.support for each in found.parts]
    support = max(supports, default=whole.support)
    places = () if found.parts and names_place(found.question) else whole.open_places
    is_first = not previous_questions(found.question, history)
    back = ask_back(found.asked, whole, places, is_first, support)
    return back if support > 0 or not whole.is_outside else None


def names_place(message: str) -> bool:
    """Checks that a message names a country, a region, or a place in China."""
    return bool(countries(message) or regions(message) or is_here(message))
