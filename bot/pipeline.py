"""The pipeline from question to answer: yields increasingly complete answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bot.answer import Answer, AnswerWarning, Seconds, Turn, add_warning, end_answer
from bot.curated import answers as curated
from bot.curated.curator import CuratedWording, Curator
from bot.dialogue.message import Message
from bot.dialogue.refusal import answer_without_search
from bot.dialogue.rewriting import previous_questions
from bot.dialogue.understanding import Understanding
from bot.generation.citations import with_bases
from bot.generation.composer import Composer
from bot.generation.curated_answers import give_curated, put_before_refusal, with_offer
from bot.generation.handoff import handoff_contacts
from bot.generation.quoting import Quoter
from bot.generation.writer import Writer
from bot.messages import text
from bot.outcomes import Outcome
from bot.pii import mask, mask_turn
from bot.query.countries import country_name
from bot.query.query import Asked, EmbeddingModel, Query, prepare_understanding
from bot.retrieval.answerability import LEADING
from bot.retrieval.cited_passages import CitedAnswer, passages_of
from bot.retrieval.message_parts import find_answers
from bot.retrieval.retriever import Retrieval, retrieve
from bot.words_only import WordsOnly
from records import CuratedAnswer
from store.answerability.model import AnswerabilityModel, load, load_bundled_model
from store.embeddings import EmbeddingFailedError
from store.index import Index
from store.index.read_lock import ReadLockClosedError
from store.lists import Lists
from text.language import question_language

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
    answerability: AnswerabilityModel | None = field(default_factory=load_bundled_model)
    model_context: int = 4_096

    def answer(
        self, question: str, history: Sequence[Turn] = (), on: date | None = None, country: str = "", language: str = ""
    ) -> Answer:
        """Returns the complete answer, as `stream` yields it last."""
        *_, last = self.stream(question, history, language, on, country)
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
        A question about something else drops it (`Answer.is_elsewhere`).
        """
        started = time.monotonic()
        on, cleaned = on or date.today(), (masked := mask(question)).strip()
        own = question_language(cleaned, language or "en", previous_questions(cleaned, history))
        draft = Answer(masked, cleaned, own, Outcome.FAILED, "", complete=False)
        for answer in self.safely(draft, [mask_turn(turn) for turn in history], on, country_name(country, own)):
            seconds = replace(answer.seconds, total=round(time.monotonic() - started, 4))
            cited = answer.citations
            known = self.lists.bases(basis.id for each in cited for basis in each.bases)
            timed = replace(answer, seconds=seconds, citations=with_bases(cited, known, on))
            if answer.complete and masked != question:
                timed = add_warning(timed, AnswerWarning("personal_data", text("personal_data", draft.language)))
            yield timed

    def safely(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Runs the steps; logs any error and ends the question as failed.

        An index that was closed is logged in one line, without a traceback.
        """
        try:
            yield from self.steps_or_by_words(draft, history, on, country)
        except Exception as error:
            is_end = isinstance(error, ReadLockClosedError)
            LOG.log(logging.INFO if is_end else logging.ERROR, "A question could not be answered.", exc_info=not is_end)
            body = text("failed", draft.language, office=handoff_contacts(self.lists.contacts(), (), draft.language))
            yield replace(end_answer(draft, Outcome.FAILED, body), reason=type(error).__name__)

    def steps_or_by_words(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Runs the steps; by words alone if an embedding endpoint gives no vectors."""
        try:
            yield from self.steps(draft, history, on, country)
        except EmbeddingFailedError:  # the endpoint has logged why
            yield from replace(self, embedding_model=WordsOnly()).steps(draft, history, on, country)

    def steps(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Yields a refusal, a curated answer, or the answer composed after retrieval."""
        started = time.monotonic()
        if (refusal := answer_without_search(draft)) is not None:
            yield refusal
            return
        message = Message(draft, history, country, self.understanding()).make_standalone().set_country()
        curator = Curator(self.curated(), self.index, self.embedding_model, on)
        match = curator.match(message.whole, message.is_later)
        if match.meant is not None:
            answer, reading = match.meant
            draft = replace(message.draft, standalone_question=reading.text)
            written = give_curated(draft, self.cite((answer, ""), reading, on), self.index, on)
            yield replace(written, seconds=Seconds(search=round(time.monotonic() - started, 4)))
            return
        found = find_answers(message, partial(self.search, on=on))
        near = self.cite(match.near, message.whole.alone, on, is_shown=found.whole.support <= 0) if match.near else None
        if self.observe is not None:
            self.observe(found.whole)
        draft = replace(
            with_offer(message.draft, match.offered),
            standalone_question=found.question,
            passages=tuple(found.whole.found[:LEADING]),
            as_of=found.whole.as_of,
            is_inbound=found.whole.question.is_inbound,
            seconds=Seconds(search=round(time.monotonic() - started, 4)),
        )
        composing = time.monotonic()
        for each in self.composer().compose(draft, found, message.history):
            shown = put_before_refusal(each, near, self.index, on)
            yield replace(shown, seconds=replace(each.seconds, compose=round(time.monotonic() - composing, 4)))

    def cite(self, found: CuratedWording, question: Query, on: date, is_shown: bool = True) -> CitedAnswer:
        """Returns a curated answer with the passages that it cites, if it may be shown.

        One that is only offered needs none, and no search for them.
        """
        answer, wording = found
        passages = passages_of(answer, question, self.index, self.embedding_model, on) if is_shown else []
        return CitedAnswer(answer, wording, passages)

    def prepare(self) -> None:
        """Loads the models and embeds the curated questions, so that no visitor waits."""
        prepare_understanding(self.embedding_model)
        if self.answerability is not None:
            load(self.answerability)
        for answer in self.curated():
            curated.prepare(answer, self.embedding_model)

    def retrieve(self, text: str, language: str, on: date) -> Retrieval:
        """Retrieves for a question without a conversation."""
        return self.search(self.understanding().alone(text, language), on)

    def search(self, asked: Asked, on: date) -> Retrieval:
        """Retrieves for a question with its readings."""
        return retrieve(asked, self.index, self.embedding_model, self.answerability, on)

    def understanding(self) -> Understanding:
        """Returns the Understanding of questions; a model may rewrite one."""
        brief = min(REWRITE_SECONDS, self.model_seconds)
        return Understanding(self.index, self.embedding_model, self.lists, self.model, brief)

    def composer(self) -> Composer:
        """Returns the Composer of answers, with a model if there is one."""
        quoter = self.quoter()
        if self.model is None:
            return Composer(quoter)
        writer = Writer(
            self.model, self.model_seconds, self.model_context, self.embedding_model, self.answerability, quoter
        )
        return Composer(quoter, writer)

    def quoter(self) -> Quoter:
        """Returns the Quoter, which composes answers without a model."""
        return Quoter(self.index, self.lists.contacts())
