"""Curator: finds the curated answer to a question of the same meaning, or near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.curated.answers import is_used, nearest, select_answer, text_for, wordings_for
from bot.curated.facets import differences, facets, may_be_swapped
from bot.curated.matching import measure_cosine, normalise
from bot.query.continuation import asks_itself, is_continuation, leans
from bot.query.countries import OWN_RULES, countries
from bot.query.parts import split_parts
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
CuratedWording = tuple[CuratedAnswer, str]
"""A curated answer, with the question of it that came near."""


@dataclass(frozen=True)
class CuratedMatch:
    """The center's answers that a question matches.

    - `meant`: the answer to a question of the same meaning, with the reading that it fits. Then there is nothing else.
    - `offered`: the answer to a question that may mean the same, which is offered beside the usual answer.
    - `near`: the answer to the nearest question, which is shown where nothing else answers.
    """

    meant: tuple[CuratedAnswer, Query] | None = None
    offered: CuratedWording | None = None
    near: CuratedWording | None = None


@dataclass(frozen=True)
class Curator:
    """The center's `answers` on a day."""

    answers: Sequence[CuratedAnswer]
    index: Index
    embedding_model: EmbeddingModel
    on: date

    def match(self, asked: Asked, is_later: bool) -> CuratedMatch:
        """Returns what the center's answers have for a question.

        `is_later` is True if something was asked before.
        """
        if meant := self.select(asked, is_later):
            return CuratedMatch(meant)
        return CuratedMatch(None, self.find_offer(asked.alone), self.find_near(asked))

    def select(self, asked: Asked, is_later: bool) -> tuple[CuratedAnswer, Query] | None:
        """Returns the curated answer and the reading that it fits.

        A question that may leave something out is compared word for word only.
        None if no curated answer fits, or if several do.
        """
        select = partial(select_answer, index=self.index, embedding_model=self.embedding_model, on=self.on)
        whole = [each for each in asked.readings if is_one_question(each, asked, is_later)]
        answers = [each for each in self.answers if asks_as_much(each, asked.text)]
        if (found := select(answers, whole)) or not stands_alone(asked):
            return found
        alone = [each for each in asked.readings if each.text == asked.text]
        return select([each for each in self.answers if is_worded(each, asked.text)], alone)

    def find_offer(self, question: Query) -> CuratedWording | None:
        """Returns the curated answer to a question that may mean the same.

        None if the nearest one hardly does.
        """
        for each in nearest(self.list_answers(question.language), question, self.embedding_model, 1):
            if (
                each.compared.probability >= WORTH_OFFERING
                and each.compared.verdict != "roles"
                and not differences(facets(question.text), facets(each.wording))["countries"]
                and is_used(each.answer, self.index, self.on)
            ):
                return each.answer, each.wording
        return None

    def find_near(self, asked: Asked) -> CuratedWording | None:
        """Returns the curated answer whose question is nearest.

        None if none is near, or if the question may leave something out that was said before.
        """
        question = asked.alone
        if not stands_alone(asked) or (asked.before and leans(asked.text)):
            return None
        known = self.list_answers(question.language)
        wordings = [(answer, wording) for answer in known for wording in wordings_for(answer, question)]
        cosines = [measure_cosine(question.text, wording, self.embedding_model) for _, wording in wordings]
        for cosine, (answer, wording) in sorted(zip(cosines, wordings, strict=True), key=lambda each: -each[0]):
            if cosine < MAY_BE_MEANT:
                break
            written = text_for(answer, question.language)
            if written and is_like(question.text, wording) and is_used(answer, self.index, self.on):
                return answer, next(iter(written.wordings), answer.question)
        return None

    def list_answers(self, language: str) -> list[CuratedAnswer]:
        """Returns the answers that have a text for readers of a language."""
        return [each for each in self.answers if text_for(each, language)]


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


def asks_as_much(answer: CuratedAnswer, question: str) -> bool:
    """Checks that an answer was written for as many questions as a message has.

    The answer to one of two questions is no answer to both.
    """
    count = count_questions(question)
    return count < 2 or any(count_questions(each) >= count for own in answer.texts for each in own.wordings)


def count_questions(message: str) -> int:
    """Returns the number of questions of a message that ask something: not "Hello?"."""
    return sum(asks_itself(each.text) for each in split_parts(message))


def is_worded(answer: CuratedAnswer, question: str) -> bool:
    """Checks that an answer was written for just these words."""
    return normalise(question) in {normalise(wording) for each in answer.texts for wording in each.wordings}


def is_like(question: str, wording: str) -> bool:
    """Checks that two questions name the same countries, in the same roles."""
    own, theirs = facets(question), facets(wording)
    return not may_be_swapped(own, theirs) and not differences(own, theirs)["countries"]
