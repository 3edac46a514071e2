"""Curator: answers a question with a curated answer to one of the same meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.answer import Answer
from bot.curated.answers import (
    compose_curated,
    is_used,
    nearest,
    passages_of,
    select_answer,
    text_for,
    wordings_for,
)
from bot.curated.facets import differences, facets
from bot.curated.in_conversation import select_for
from bot.curated.matching import encoded_cosine
from bot.generation.validity_warnings import with_warnings
from bot.messages import text
from bot.outcomes import Outcome
from bot.query.query import Asked, EmbeddingModel, Query
from records import CuratedAnswer
from store.index import Index

WORTH_OFFERING = 0.3
"""Probability of the same meaning from which a curated question is offered.

It is offered beside the usual answer. Of 102 fresh paraphrases 64 get the center's answer and 25 more this offer; of
581 questions on other things 10 get one.
"""
NEAR = 0.5
"""Cosine by the question encoder from which a curated answer is shown where nothing answers, below its own question.

Of 280 other wordings of 40 matters that no guide has, .78 then get the right one and .08 another one; of 141 refused
questions on other things 7 get one.
"""
UNANSWERED = (Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.NEEDS_CLARIFICATION, Outcome.OUTSIDE_SERVICE)
"""Outcomes of the usual answer beside which a curated answer that may be meant is worth more."""


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
        select = partial(select_answer, index=self.index, embedding_model=self.embedding_model, on=self.on)
        if (found := select_for(self.answers, asked, is_later, select)) is None:
            return None
        answer, question = found
        passages = passages_of(answer, question, self.index, self.embedding_model, self.on)
        draft = replace(draft, standalone_question=question.text)
        return with_warnings(compose_curated(draft, answer, passages), self.index, self.on)

    def instead(self, answer: Answer, asked: Asked) -> Answer:
        """Returns the curated answer to the nearest question if `answer` is none.

        It says which question it answers, and the outcome stays: nothing shows that this question was meant.
        """
        near = self.near(asked.alone) if answer.complete and answer.outcome in UNANSWERED else None
        if near is None:
            return answer
        passages = passages_of(near, asked.alone, self.index, self.embedding_model, self.on)
        written = compose_curated(replace(answer, suggestions=()), near, passages)
        wordings = [each for own in (text_for(near, written.language),) if own for each in own.wordings]
        known = text("curated_near", answer.language, question=(wordings or [near.question])[0])
        unsure = replace(written, outcome=Outcome.NOT_IN_KNOWLEDGE_BASE, mode=answer.mode, reason="", warnings=())
        return with_warnings(replace(unsure, text=f"{known}\n\n{written.text}"), self.index, self.on)

    def near(self, question: Query) -> CuratedAnswer | None:
        """Returns the curated answer whose question is nearest, or None if none is near."""
        closest = max(
            (
                (encoded_cosine(question.text, wording, self.embedding_model), number)
                for number, answer in enumerate(self.answers)
                if text_for(answer, question.language) and is_used(answer, self.index, self.on)
                for wording in wordings_for(answer, question)
                if not differences(facets(question.text), facets(wording))["countries"]
            ),
            default=(0.0, 0),
        )
        return self.answers[closest[1]] if closest[0] >= NEAR else None

    def suggest(self, asked: Asked) -> tuple[str, ...]:
        """Returns the nearest curated question if it may mean the same, else ()."""
        question = asked.alone
        known = [each for each in self.answers if text_for(each, question.language)]
        return tuple(
            each.wording
            for each in nearest(known, question, self.embedding_model, 1)
            if each.compared.probability >= WORTH_OFFERING
            and each.compared.verdict != "roles"
            and not differences(facets(question.text), facets(each.wording))["countries"]
            and is_used(each.answer, self.index, self.on)
        )
