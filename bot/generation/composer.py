"""Composer: from what was found for a message to an answer or a question back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from bot.answer import Answer, Turn, end_answer
from bot.dialogue.rewriting import previous_questions
from bot.generation.clarification import ask_back
from bot.generation.follow_ups import SUGGESTED, suggest
from bot.generation.quoting import Quoter
from bot.generation.writer import Writer
from bot.outcomes import Outcome
from bot.retrieval.answerability import LEADING
from bot.retrieval.found_parts import Part
from bot.retrieval.message_parts import Findings
from bot.retrieval.retriever import Retrieval


@dataclass(frozen=True)
class Composer:
    """Composes answers from quotes; with a `writer`, from a model's checked text."""

    quoter: Quoter
    writer: Writer | None = None

    def compose(self, draft: Answer, found: Findings, history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields increasingly complete answers."""
        if found.parts:
            return self.compose_parts(draft, found.parts, history)
        return self.compose_whole(draft, found.whole, history)

    def compose_parts(self, draft: Answer, parts: Sequence[Part], history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the answer to a message of several questions, part by part."""
        if self.writer is None:
            yield self.quoter.answer_parts(draft, parts, self.quoter.extracts(parts))
            return
        yield from self.writer.stream_parts(draft, parts, history)

    def compose_whole(self, draft: Answer, retrieval: Retrieval, history: Sequence[Turn]) -> Iterator[Answer]:
        """Yields the answer from a retrieval, or a clarifying question.

        The rules decide whether to ask back, also with a model.
        """
        draft = replace(draft, support=retrieval.support if isfinite(retrieval.support) else None)
        is_first = not previous_questions(draft.standalone_question, history)
        back = ask_back(retrieval.question, retrieval.found, retrieval.open_places, is_first, retrieval.support)
        if back and (retrieval.support > 0 or not retrieval.question.is_outside(is_answered=False)):
            yield replace(end_answer(draft, Outcome.NEEDS_CLARIFICATION, back.text), suggestions=back.choices)
            return
        above = [each.snippet.context for each in retrieval.ranked[:LEADING]]
        suggestions = suggest(retrieval.question.text, retrieval.question.language, retrieval.found, above, history)
        draft = replace(draft, suggestions=(*draft.suggestions, *suggestions)[:SUGGESTED])
        otherwise = self.quoter.answer(draft, retrieval)
        if self.writer is None:
            yield otherwise
            return
        yield from self.writer.stream(draft, retrieval, history, otherwise)
