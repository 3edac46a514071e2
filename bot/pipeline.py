"""The pipeline from question to answer: yields increasingly complete answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from bot.answer import Answer, AnswerWarning, Seconds, Turn, add_warning, end_answer
from bot.curated import answers as curated
from bot.curated.in_conversation import select_for
from bot.dialogue.clarification import ask_back
from bot.dialogue.follow_ups import suggest
from bot.dialogue.refusal import answer_without_search
from bot.dialogue.rewriting import (
    REWRITTEN,
    asks_of_here,
    complete,
    is_refused_alone,
    previous_answers,
    previous_questions,
    readings,
)
from bot.generation import generative
from bot.generation.citations import with_bases
from bot.generation.handoff import handoff_contacts
from bot.generation.message_parts import Message
from bot.generation.quoting import Part, Quoter
from bot.generation.validity_warnings import with_warnings
from bot.generation.writer import Writer
from bot.messages import text
from bot.outcomes import Outcome
from bot.pii import mask, mask_turn, without_masked
from bot.query.conversation import goes_abroad, in_conversation
from bot.query.countries import country_name
from bot.query.exemplars import closeness
from bot.query.query import (
    Asked,
    EmbeddingModel,
    Query,
    add_host,
    also_meaning,
    prepare_understanding,
    understand,
)
from bot.retrieval.answerability import LEADING
from bot.retrieval.retriever import Retrieval, retrieve
from bot.words_only import or_by_words
from records import CuratedAnswer
from store.answerability.model import AnswerabilityModel, bundled_model, load
from store.index import Index
from store.index.read_lock import ReadLockClosedError
from store.lists import Lists
from text.language import spoken

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOG = logging.getLogger(__name__)
REWRITE_SECONDS = 10.0
"""Time limit for the model to rewrite a question, in seconds."""


@dataclass(frozen=True)
class Bot:
    """Answers from an index: generative with a model, else extractive.

    `answerability` reads questions with passages; without one the evidence of the search decides.
    A model takes up to `model_seconds` and reads up to `model_context` tokens.
    `curated` returns the center's answers; `lists` has offices, bases and glossary; `observe` gets each retrieval.
    """

    index: Index
    embedding_model: EmbeddingModel
    model: BaseChatModel | None = None
    model_seconds: float = 60.0
    curated: Callable[[], Sequence[CuratedAnswer]] = tuple
    lists: Lists = field(default_factory=Lists)
    observe: Callable[[Retrieval], None] | None = None
    answerability: AnswerabilityModel | None = field(default_factory=bundled_model)
    model_context: int = 4_096

    def answer(self, question: str, history: Sequence[Turn] = (), on: date | None = None, country: str = "") -> Answer:
        """Returns the complete answer."""
        *_, last = self.stream(question, history, on=on, country=country)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: str | None = None,
        on: date | None = None,
        country: str = "",
    ) -> Iterator[Answer]:
        """Yields increasingly complete answers; only the last one has `complete` set.

        Personal data is masked first: neither the search nor a model sees it. `language` is used if the question shows
        none. `country` is the alpha-2 code of the country that the person chose; empty or anything else counts as none.
        """
        started = time.monotonic()
        on, cleaned = on or date.today(), (masked := mask(question)).strip()
        own = spoken(cleaned, language or "en", previous_questions(cleaned, history))
        draft = Answer(masked, cleaned, own, Outcome.FAILED, "", complete=False)
        for answer in self.safely(draft, [mask_turn(turn) for turn in history], on, country_name(country, own)):
            seconds = replace(answer.seconds, total=round(time.monotonic() - started, 4))
            timed = replace(answer, seconds=seconds, citations=with_bases(answer.citations, self.lists.bases(), on))
            if answer.complete and masked != question:
                timed = add_warning(timed, AnswerWarning("personal_data", text("personal_data", draft.language)))
            yield timed

    def safely(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Runs the steps; any error is logged and ends the question as failed, a closed index in one line."""
        try:
            yield from self.steps(draft, history, on, country)
        except Exception as error:
            is_end = isinstance(error, ReadLockClosedError)
            LOG.log(logging.INFO if is_end else logging.ERROR, "A question could not be answered.", exc_info=not is_end)
            body = text("failed", draft.language, office=handoff_contacts(self.lists.contacts(), (), draft.language))
            yield replace(end_answer(draft, Outcome.FAILED, body), reason=type(error).__name__)

    @or_by_words
    def steps(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Yields a refusal, a curated answer, or the answer composed after retrieval."""
        started = time.monotonic()
        if (refusal := answer_without_search(draft)) is not None:
            yield refusal
            return
        if whole := complete(draft.standalone_question, history):
            draft, history = replace(draft, standalone_question=whole), ()
        asked = self.asked(draft, history, country, self.rewritten(draft, history))
        if (written := self.curated_answer(draft, asked, history, on)) is not None:
            yield replace(written, seconds=Seconds(search=round(time.monotonic() - started, 4)))
            return
        message = Message(self, draft, history, country, on)
        parts = message.questions()
        found = parts[0].retrieval if parts else message.whole(asked)
        if not parts and (parts := message.clauses(found) or message.countries(asked, found)):
            found = parts[0].retrieval
        if self.observe is not None:
            self.observe(found)
        alone = is_refused_alone(asked.text, asked.before, found.support)
        draft = replace(
            draft,
            standalone_question=draft.standalone_question if parts or alone else found.question.text,
            passages=tuple(found.found[:LEADING]),
            as_of=found.as_of,
            seconds=Seconds(search=round(time.monotonic() - started, 4)),
        )
        composing = time.monotonic()
        composed = self.compose_parts(draft, parts, history) if parts else self.compose(draft, found, history)
        for answer in composed:
            yield replace(answer, seconds=replace(answer.seconds, compose=round(time.monotonic() - composing, 4)))

    def asked(
        self, draft: Answer, history: Sequence[Turn], country: str, rewritten: Sequence[tuple[str, float]] = ()
    ) -> Asked:
        """Returns the question with its readings, those of a model with them, and what was asked before."""
        own = without_masked(draft.standalone_question) or draft.standalone_question
        before = previous_questions(own, history)
        earlier = closeness(self.embedding_model.question_vector(before)) if before else None
        is_abroad = goes_abroad(earlier) and not asks_of_here(history)
        both = readings(own, history, country, is_abroad), rewritten
        parsed, whole = ([(self.understand(text, draft.language, own), worth) for text, worth in each] for each in both)
        parsed = [(add_host(parsed[0][0], self.index), parsed[0][1]), *parsed[1:]]
        placed = in_conversation(parsed, whole, earlier, is_abroad)
        return Asked(own, placed, previous_questions(own, history, country), previous_answers(own, history))

    def understand(self, text: str, language: str, asked: str = "") -> Query:
        """Parses a reading of a question; `asked` is the question itself."""
        question = understand(text, language, self.index, self.embedding_model, asked)
        return also_meaning(question, self.lists.glossary().official(text, language), self.index)

    def prepare(self) -> None:
        """Loads what an answer needs, and embeds the curated questions, so that no visitor waits for it."""
        prepare_understanding(self.embedding_model)
        if self.answerability is not None:
            load(self.answerability)
        for answer in self.curated():
            curated.prepare(answer, self.embedding_model)

    def curated_answer(self, draft: Answer, asked: Asked, history: Sequence[Turn], on: date) -> Answer | None:
        """Returns the curated answer to an equivalent question, or None."""
        select = partial(curated.select_answer, index=self.index, embedding_model=self.embedding_model, on=on)
        is_later = bool(previous_questions(asked.text, history))
        if (found := select_for(self.curated(), asked, is_later, select)) is None:
            return None
        answer, question = found
        passages = curated.passages_of(answer, question, self.index, self.embedding_model, on)
        draft = replace(draft, standalone_question=question.text)
        return with_warnings(curated.compose_curated(draft, answer, passages), self.index, on)

    def retrieve(self, text: str, language: str, on: date) -> Retrieval:
        """Retrieves for a question without a conversation."""
        asked = Asked(text, [(self.understand(text, language), 0.0)])
        return self.search(asked, on)

    def search(self, asked: Asked, on: date) -> Retrieval:
        """Retrieves for a question with its readings."""
        return retrieve(asked, self.index, self.embedding_model, self.answerability, on)

    def rewritten(self, draft: Answer, history: Sequence[Turn]) -> list[tuple[str, float]]:
        """Returns the model's rewriting of a follow-up as one more reading, or no reading."""
        if self.model is None or not history:
            return []
        whole = generative.complete_question(self.model, draft, history, self.brief_seconds)
        return [(whole, REWRITTEN)] if whole else []

    @property
    def brief_seconds(self) -> float:
        """Time limit for the model to rewrite a question, in seconds."""
        return min(REWRITE_SECONDS, self.model_seconds)

    def compose_parts(self, draft: Answer, parts: Sequence[Part], history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the answer to a message of several questions, part by part."""
        if self.model is None:
            yield self.quoter().answer_parts(draft, parts, [self.quoter().extract(each.retrieval) for each in parts])
            return
        yield from self.writer(self.model).stream_parts(draft, parts, history)

    def compose(self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the answer from a retrieval; a question back where the rules find it unclear, also with a model."""
        draft = replace(draft, support=retrieval.support if isfinite(retrieval.support) else None)
        back = ask_back(retrieval.question, retrieval.found, retrieval.open_places, not history, retrieval.support)
        if back and (retrieval.support > 0 or not retrieval.question.is_outside(is_answered=False)):
            yield replace(end_answer(draft, Outcome.NEEDS_CLARIFICATION, back.text), suggestions=back.choices)
            return
        above = [each.snippet.context for each in retrieval.ranked[:LEADING]]
        suggestions = suggest(retrieval.question.text, retrieval.question.language, retrieval.found, above, history)
        draft = replace(draft, suggestions=suggestions)
        otherwise = self.quoter().answer(draft, retrieval)
        if self.model is None:
            yield otherwise
            return
        yield from self.writer(self.model).stream(draft, retrieval, history, otherwise)

    def quoter(self) -> Quoter:
        """Returns what composes answers without a model."""
        return Quoter(self.index, self.lists.contacts())

    def writer(self, model: BaseChatModel) -> Writer:
        """Returns what composes answers with a model."""
        return Writer(
            model, self.model_seconds, self.model_context, self.embedding_model, self.answerability, self.quoter()
        )
