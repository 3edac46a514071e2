"""Curator: answers a question with a curated answer to one of the same meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.answer import Answer
from bot.curated.answers import compose_curated, is_used, nearest, passages_of, select_answer, text_for
from bot.curated.facets import differences, facets
from bot.curated.in_conversation import select_for
from bot.generation.validity_warnings import with_warnings
from bot.query.query import Asked, EmbeddingModel
from records import CuratedAnswer
from store.index import Index

WORTH_OFFERING = 0.3
"""Probability of the same meaning from which a curated question is offered.

It is offered beside the usual answer. Of 102 fresh paraphrases 64 get the center's answer and 25 more this offer; of
581 questions on other things 10 get one.
"""


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
