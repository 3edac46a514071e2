"""The pipeline from question to answer: yields increasingly complete answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.answer import Answer, AnswerWarning, Seconds, Turn, ended, warned
from bot.curated import answers as curated
from bot.dialogue import intent
from bot.dialogue.clarification import ask_back
from bot.dialogue.follow_ups import suggested
from bot.dialogue.refusal import answer_without_search
from bot.dialogue.rewriting import REWRITTEN, meant, readings
from bot.generation import citations as quoting
from bot.generation import extractive, generative, prompts
from bot.generation.citations import with_bases
from bot.generation.handoff import handoff_contacts, not_found_text
from bot.generation.quote_verification import verify_citations, verify_units
from bot.generation.validity_warnings import with_warnings
from bot.messages import listed, text
from bot.outcomes import Outcome
from bot.pii import mask, mask_turn
from bot.query.conversation_context import NO_SCOPE, Scope, conversation_scope
from bot.query.countries import country_name
from bot.query.query import EmbeddingModel, Query, also_meaning, spoken, understand
from bot.retrieval.answerability import LEADING, fits
from bot.retrieval.retriever import Retrieval, best_reading, keep_meant_readings, retrieve
from bot.retrieval.snippet_ranking import is_unknown
from bot.retrieval.snippets import Snippet
from bot.words_only import or_by_words
from records import CuratedAnswer
from store.index import Index
from store.lists import Lists

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOG = logging.getLogger(__name__)
CLOSE = -2.0
"""Minimum answerability score at which a refusal quotes the closest snippets."""
REWRITE_SECONDS = 10.0
"""Time limit for the model to complete a follow-up question, in seconds."""


@dataclass(frozen=True)
class Bot:
    """Answers from an index: generative with a model, else extractive.

    `curated` returns the answers that the center wrote; `lists` has offices, bases and glossary.
    `observe` is called with the retrieval from which an answer is composed.
    """

    index: Index
    meaning: EmbeddingModel
    model: BaseChatModel | None = None
    model_seconds: float = 60.0
    curated: Callable[[], Sequence[CuratedAnswer]] = tuple
    lists: Lists = field(default_factory=Lists)
    observe: Callable[[Retrieval], None] | None = None

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
        on, masked = on or date.today(), mask(question)
        cleaned = masked.strip()
        draft = Answer(masked, cleaned, spoken(cleaned, language or "en"), Outcome.FAILED, "", complete=False)
        name = country_name(country, draft.language)
        for answer in self.safely(draft, [mask_turn(turn) for turn in history], on, name):
            seconds = replace(answer.seconds, total=round(time.monotonic() - started, 4))
            timed = replace(answer, seconds=seconds, citations=with_bases(answer.citations, self.lists.bases(), on))
            if answer.complete and masked != question:
                timed = warned(timed, AnswerWarning("personal_data", text("personal_data", draft.language)))
            yield timed

    def safely(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Runs the steps; any error is logged and ends the question as failed."""
        try:
            yield from self.steps(draft, history, on, country)
        except Exception as error:
            LOG.exception("A question could not be answered.")
            body = text("failed", draft.language, office=handoff_contacts(self.lists.contacts(), (), draft.language))
            yield replace(ended(draft, Outcome.FAILED, body), reason=type(error).__name__)

    @or_by_words
    def steps(self, draft: Answer, history: Sequence[Turn], on: date, country: str) -> Iterator[Answer]:
        """Yields a refusal, a curated answer, or the answer composed after retrieval."""
        started = time.monotonic()
        if (refusal := answer_without_search(draft)) is not None:
            yield refusal
            return
        asked = self.readings(draft, history, country)
        if (written := self.curated_answer(draft, asked, on)) is not None:
            yield replace(written, seconds=Seconds(search=round(time.monotonic() - started, 4)))
            return
        retrievals = [(worth, retrieve(question, self.index, self.meaning, on)) for question, worth in asked]
        possible = keep_meant_readings(retrievals) if country else retrievals
        found = best_reading(possible, draft.standalone_question, self.index)
        if self.observe is not None:
            self.observe(found)
        draft = replace(
            draft,
            standalone_question=found.question.text,
            passages=tuple(found.found[:LEADING]),
            as_of=found.as_of,
            seconds=Seconds(search=round(time.monotonic() - started, 4)),
        )
        composing = time.monotonic()
        for answer in self.compose(draft, found, history):
            yield replace(answer, seconds=replace(answer.seconds, compose=round(time.monotonic() - composing, 4)))

    def readings(self, draft: Answer, history: Sequence[Turn], country: str) -> list[tuple[Query, float]]:
        """Returns the possible readings of a question, each with its preference."""
        asked = draft.standalone_question
        before = [turn.content for turn in history if turn.role == "user"]
        scope = conversation_scope([*before, asked]) if before else NO_SCOPE
        possible = [*readings(asked, history, country), *self.rewritten(draft, history)]
        return [(self.understand(text, draft.language, scope), worth) for text, worth in possible]

    def understand(self, text: str, language: str, scope: Scope) -> Query:
        question = understand(text, language, self.index, self.meaning, scope)
        return also_meaning(question, self.lists.glossary().official(text, language), self.index)

    def prepare(self) -> None:
        """Embeds the questions of the curated answers, so that no visitor waits for it."""
        for answer in self.curated():
            curated.prepare(answer, self.meaning)

    def curated_answer(self, draft: Answer, asked: Sequence[tuple[Query, float]], on: date) -> Answer | None:
        """Returns the curated answer to an equivalent question, or None."""
        if not (answers := self.curated()):
            return None
        likely = meant([(question.text, worth) for question, worth in asked], draft.standalone_question)
        questions = [question for question, _ in asked if question.text in likely]
        if (found := curated.select_answer(answers, questions, self.index, self.meaning, on)) is None:
            return None
        answer, question = found
        passages = curated.passages_of(answer, question, self.index, self.meaning, on)
        draft = replace(draft, standalone_question=question.text)
        return with_warnings(curated.composed(draft, answer, passages), self.index, on)

    def retrieve(self, text: str, language: str, on: date, scope: Scope = NO_SCOPE) -> Retrieval:
        """Retrieves for one reading of a question, in the context of a conversation."""
        return retrieve(self.understand(text, language, scope), self.index, self.meaning, on)

    def rewritten(self, draft: Answer, history: Sequence[Turn]) -> list[tuple[str, float]]:
        """Returns the model's rewriting of a follow-up as one more reading, or no reading."""
        if self.model is None or not history:
            return []
        whole = generative.complete_question(self.model, draft, history, min(REWRITE_SECONDS, self.model_seconds))
        return [(whole, REWRITTEN)] if whole else []

    def compose(self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the answer from a retrieval; quotes instead if the model fails."""
        is_answered = retrieval.support > 0
        back = ask_back(retrieval.question, retrieval.found, retrieval.open_places, not history, is_answered)
        if back and not intent.is_outside(draft.question):
            yield replace(ended(draft, Outcome.NEEDS_CLARIFICATION, back.text), suggestions=back.choices)
            return
        above = [each.unit.context for each in retrieval.ranked[:LEADING]]
        suggestions = suggested(retrieval.question.text, retrieval.question.language, retrieval.found, above, history)
        draft = replace(draft, suggestions=suggestions)
        if not is_answered or self.model is None:
            yield self.extract(draft, retrieval) if is_answered else self.refuse(draft, retrieval)
            return
        try:
            yield from self.generate(self.model, draft, retrieval, history)
        except (generative.ModelFailedError, generative.UnfitAnswerError) as failure:
            yield warned(self.extract(draft, retrieval), generative.quoted_instead(failure, draft.language))

    def generate(
        self, model: BaseChatModel, draft: Answer, retrieval: Retrieval, history: Sequence[Turn]
    ) -> Iterator[Answer]:
        """Yields the generative answer, the last one checked. Raises ModelFailedError, UnfitAnswerError."""
        shown = generative.shown_passages(retrieval.passages, retrieval.ranked, self.quotable_snippets(retrieval))
        messages = prompts.grounded(retrieval.question.text, draft.language, shown, history)
        reply = generative.received(model, messages, self.model_seconds)
        for piece in generative.write(reply, retrieval.question, shown, self.meaning):
            if piece.refused:
                yield self.refuse(draft, retrieval)
                return
            if not (piece.text or piece.complete):
                yield replace(draft, outcome=Outcome.ANSWERED)
                continue
            body, cited = generative.cite(piece.text, shown)
            if (citations := verify_citations(cited, self.index) if piece.complete else cited) is None:
                raise generative.unfit("a document that it cites was changed meanwhile")
            answer = replace(
                draft, outcome=Outcome.ANSWERED, mode="model", text=body, citations=citations, complete=piece.complete
            )
            if piece.left_out:
                answer = warned(answer, AnswerWarning("unverified_figure", text("left_out", draft.language)))
            yield with_warnings(answer, self.index, retrieval.on) if piece.complete else answer

    def refuse(self, draft: Answer, retrieval: Retrieval) -> Answer:
        """Refuses: names the office to ask, and the closest snippets or titles searched."""
        language = draft.language
        if intent.is_outside(draft.question):
            return replace(ended(draft, Outcome.OUTSIDE_SERVICE, text("outside_service", language)), suggestions=())
        looked_in = [passage for passage in retrieval.passages if fits(retrieval.question, passage)]
        titles = list(dict.fromkeys(passage.metadata.title for passage in looked_in or retrieval.passages))[:3]
        close = (
            extractive.close(retrieval.question, retrieval.ranked) if looked_in and retrieval.support > CLOSE else []
        )
        close = verify_units(close, retrieval.passages, self.index)
        looked = text("looked_in", language, titles=listed(titles, language)) if titles and not close else ""
        body = not_found_text(self.lists.contacts(), looked_in or retrieval.passages, language, looked)
        if not close:
            return ended(draft, Outcome.NOT_IN_KNOWLEDGE_BASE, body)
        extract = quoting.compose(close, retrieval.passages)
        quoted = with_warnings(replace(draft, text=extract.text, citations=extract.citations), self.index, retrieval.on)
        return ended(quoted, Outcome.NOT_IN_KNOWLEDGE_BASE, f"{body}\n\n{text('close', language)}\n\n{quoted.text}")

    def quotable_snippets(self, retrieval: Retrieval) -> list[Snippet]:
        """Returns the snippets to quote, verified against their documents."""
        units = retrieval.rows or extractive.choose(retrieval.question, retrieval.ranked, retrieval.passages)
        return verify_units(units, retrieval.passages, self.index)

    def extract(self, draft: Answer, retrieval: Retrieval) -> Answer:
        """Returns the extractive answer; a refusal if its best snippet says "not known"."""
        if not (snippets := self.quotable_snippets(retrieval)):
            return self.refuse(draft, retrieval)
        extract = quoting.compose(snippets, retrieval.passages)
        outcome, body = Outcome.ANSWERED, extract.text
        if is_unknown(retrieval.ranked) and not retrieval.rows:
            refusal = not_found_text(self.lists.contacts(), retrieval.passages, draft.language)
            outcome, body = Outcome.NOT_IN_KNOWLEDGE_BASE, f"{refusal}\n\n{body}"
        return with_warnings(
            ended(replace(draft, citations=extract.citations), outcome, body), self.index, retrieval.on
        )
