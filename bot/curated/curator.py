"""Curator: answers a question with a curated answer to one of the same meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.answer import Answer, without_warnings
from bot.curated.answers import (
    compose_curated,
    is_used,
    nearest,
    passages_of,
    select_answer,
    text_for,
    wordings_for,
)
from bot.curated.facets import differences, facets, may_be_swapped
from bot.curated.matching import measure_cosine, normalise
from bot.generation.validity_warnings import with_warnings
from bot.messages import text
from bot.outcomes import Outcome
from bot.query.continuation import is_continuation, leans
from bot.query.countries import OWN_RULES, countries
from bot.query.query import Asked, EmbeddingModel, Query
from records import CuratedAnswer
from store.index import Index

WORTH_OFFERING = 0.3
"""Probability of the same meaning from which a curated question is offered.

It is offered beside the usual answer. With the encoder of 2026-11-29, of 102 fresh paraphrases 64 got the center's
answer and 25 more this offer; of 581 questions on other things 10 got one.
"""
MAY_BE_MEANT = 0.5
"""Cosine by the question encoder from which a curated answer is shown where nothing else answers.

It stands below its own question.

Of 280 other wordings of 40 matters that no guide has, .78 have the right one nearest and .08 another one; of 141
refused questions on other things 7 get one.
"""
UNANSWERED_BY_DOCUMENTS = (Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.NEEDS_CLARIFICATION, Outcome.OUTSIDE_SERVICE)
"""Outcomes beside which a curated answer that may be meant is worth showing."""


@dataclass(frozen=True)
class Curator:
    """The center's `answers` on a day."""

    answers: Sequence[CuratedAnswer]
    index: Index
    embedding_model: EmbeddingModel
    on: date

    def answer(self, draft: Answer, asked: Asked, is_later: bool) -> Answer | None:
        """Returns the curated answer to an equivalent question, or None.

        `is_later` is True if something was asked before.
        """
        if (found := self.select(asked, is_later)) is None:
            return None
        answer, question = found
        passages = passages_of(answer, question, self.index, self.embedding_model, self.on)
        draft = replace(draft, standalone_question=question.text)
        return with_warnings(compose_curated(draft, answer, passages), self.index, self.on)

    def select(self, asked: Asked, is_later: bool) -> tuple[CuratedAnswer, Query] | None:
        """Returns the curated answer and the reading that it fits, or None.

        A question that may leave something out is compared word for word only.
        """
        select = partial(select_answer, index=self.index, embedding_model=self.embedding_model, on=self.on)
        whole = [each for each in asked.readings if is_one_question(each, asked, is_later)]
        if (found := select(self.answers, whole)) or not stands_alone(asked):
            return found
        alone = [each for each in asked.readings if each.text == asked.text]
        return select([each for each in self.answers if is_worded(each, asked.text)], alone)

    def before_refusal(self, answer: Answer, asked: Asked) -> Answer:
        """Returns a refusal behind the curated answer to the nearest question.

        It says which question it answers, and the outcome stays: nothing shows that this one was meant. Lines that are
        only close give way; where the documents know more, the question is only offered. A question back keeps its own
        choices.
        """
        nearest_one = (
            self.may_be_meant(asked) if answer.complete and answer.outcome in UNANSWERED_BY_DOCUMENTS else None
        )
        if nearest_one is None:
            return answer
        curated, wording = nearest_one
        choices = answer.suggestions if answer.outcome is Outcome.NEEDS_CLARIFICATION else ()
        if (answer.support or 0.0) > 0:
            offers = choices or tuple(dict.fromkeys([wording, *answer.suggestions]))
            return replace(answer, reason="" if choices else curated.id, suggestions=offers)
        passages = passages_of(curated, asked.alone, self.index, self.embedding_model, self.on)
        answer = without_warnings(answer)
        written = compose_curated(answer, curated, passages)
        refused = "" if answer.citations or answer.outcome is Outcome.OUTSIDE_SERVICE else answer.text
        known = text("curated_near", written.language, question=wording)
        offered = (known, written.text)
        is_question = answer.outcome is Outcome.NEEDS_CLARIFICATION  # first, for `begins_with_question`
        body = "\n\n".join(filter(None, (refused, *offered) if is_question else (*offered, refused)))
        shown = replace(written, text=body, outcome=answer.outcome, suggestions=choices)
        return replace(with_warnings(shown, self.index, self.on), mode=answer.mode)

    def may_be_meant(self, asked: Asked) -> tuple[CuratedAnswer, str] | None:
        """Returns the curated answer whose question is nearest, with that question.

        None if none is near, or if the question may leave something out that was said before.
        """
        question = asked.alone
        if not stands_alone(asked) or (asked.before and leans(asked.text)):
            return None
        own = facets(question.text)
        near = [
            (measure_cosine(question.text, wording, self.embedding_model), answer)
            for answer in self.answers
            if text_for(answer, question.language)
            for wording in wordings_for(answer, question)
            if not may_be_swapped(own, facets(wording)) and not differences(own, facets(wording))["countries"]
        ]
        for cosine, answer in sorted(near, key=lambda each: -each[0]):
            if cosine < MAY_BE_MEANT:
                break
            written = text_for(answer, question.language)
            if written and is_used(answer, self.index, self.on):
                return answer, next(iter(written.wordings), answer.question)
        return None

    def offer(self, draft: Answer, asked: Asked) -> Answer:
        """Returns a draft with the nearest curated question if it may mean the same."""
        question = asked.alone
        known = [each for each in self.answers if text_for(each, question.language)]
        for each in nearest(known, question, self.embedding_model, 1):
            if (
                each.compared.probability >= WORTH_OFFERING
                and each.compared.verdict != "roles"
                and not differences(facets(question.text), facets(each.wording))["countries"]
                and is_used(each.answer, self.index, self.on)
            ):
                return replace(draft, reason=each.answer.id, suggestions=(each.wording,))
        return draft


def is_one_question(reading: Query, asked: Asked, is_later: bool) -> bool:
    """Checks that a reading is one question that needs nothing asked before.

    It is not joined to an earlier question, and does not lean on one or on a chosen country.
    """
    is_joined = reading.text != asked.text and reading.text.endswith(asked.text)
    return not (is_later and is_joined) and not (asked.before and leans(reading.text))


def stands_alone(asked: Asked) -> bool:
    """Checks that a question is no continuation and means no country named before."""
    means_country = OWN_RULES.search(asked.text) and countries(asked.before) and not countries(asked.text)
    return not is_continuation(asked.text) and not means_country


def is_worded(answer: CuratedAnswer, question: str) -> bool:
    """Checks that an answer was written for just these words."""
    return normalise(question) in {normalise(wording) for each in answer.texts for wording in each.wordings}
