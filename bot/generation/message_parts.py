"""Parts of a message: its questions, the clauses of one, the countries that it compares, each searched apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.answer import Answer, Turn
from bot.dialogue.rewriting import ask_of_another
from bot.generation import generative
from bot.generation.quoting import Part, answering_lines, are_answered_apart, are_compared
from bot.query.answer_type import subjects
from bot.query.countries import country_name
from bot.query.parts import QuestionPart, may_ask_several, split_clauses, split_parts
from bot.query.query import Asked
from bot.retrieval.comparison_rows import about_country, compared_countries
from bot.retrieval.retriever import Retrieval

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FAR = -3.0
"""Score of a snippet that is about something else than a later question.

Beside the profit tax, in a folder that knows no other, "And Brazil?" has -1.2, "And VAT in Brazil?" -4.6.
"""


class Searcher(Protocol):
    """Reads and searches a question; the bot does it."""

    @property
    def model(self) -> BaseChatModel | None: ...

    @property
    def brief_seconds(self) -> float: ...

    def asked(self, draft: Answer, history: Sequence[Turn], country: str, /) -> Asked: ...

    def search(self, asked: Asked, on: date, /) -> Retrieval: ...


@dataclass(frozen=True)
class Message:
    """A message with what was said before it, the country chosen and the day of asking."""

    bot: Searcher
    draft: Answer
    history: Sequence[Turn]
    country: str
    on: date

    def questions(self) -> list[Part]:
        """Returns the questions of the message, each with its retrieval; empty if it is a single question.

        Questions that a model makes of it count only if different lines answer them.
        """
        if len(several := split_parts(self.draft.standalone_question)) > 1:
            return [self.part(each) for each in several]
        parts = [self.part(each) for each in self.separated()]
        return parts if len(answering_lines(parts)) > 1 else []

    def whole(self, asked: Asked) -> Retrieval:
        """Returns the retrieval for the message; without an answer, that of the last question for this country.

        The latter counts only if the same snippet comes nearest to the message and is not far from it: "And the capital
        in Russia?" does not ask about VAT. A message that names another tax is never answered so.
        """
        found = self.bot.search(asked, self.on)
        other = ask_of_another(asked.text, self.history) if found.support <= 0 else ""
        if not other or subjects(asked.text) - subjects(other):
            return found
        again = self.bot.asked(replace(self.draft, standalone_question=other), (), self.country)
        of_another = self.bot.search(again, self.on)
        nearest, answering = ([each.snippet.text for each in own.ranked[:1]] for own in (found, of_another))
        is_near = nearest == answering and any(each.read > FAR for each in found.ranked[:1])
        return of_another if of_another.support > 0 and is_near else found

    def clauses(self, whole: Retrieval) -> list[Part]:
        """Returns the clauses of the message if each has an answer of its own; without an answer, if the first has.

        `whole` is the retrieval for the message. With a model an answered message stays whole: it answers all of it.
        """
        clauses = split_clauses(self.draft.standalone_question)
        if whole.support > 0 and (self.bot.model is not None or whole.open_places):
            return []  # a model answers all of it; a country is asked for first
        parts = list[Part]()
        for each in clauses:
            parts.append(self.part(each, is_clause=True))
            if parts[-1].retrieval.support <= 0 and (whole.support > 0 or len(parts) == 1):
                return []  # the others need not be searched for
        return parts if whole.support <= 0 or are_answered_apart(parts, whole) else []

    def countries(self, asked: Asked, whole: Retrieval) -> list[Part]:
        """Returns a part for each country that the message compares; empty with a table of them, or with a model."""
        compared = [] if self.bot.model is not None or whole.rows else compared_countries(asked)
        found = {each: self.bot.search(about_country(asked, each), whole.on) for each in compared}
        parts = {each: Part(country_name(each, self.draft.language), own) for each, own in found.items()}
        return list(parts.values()) if are_compared(parts) else []

    def part(self, part: QuestionPart, is_clause: bool = False) -> Part:
        """Returns one of several questions, or a clause, with its retrieval."""
        said = [*self.history, Turn("user", part.before)] if part.before else self.history
        asked = self.bot.asked(replace(self.draft, standalone_question=part.text), said, self.country)
        return Part(part.text, self.bot.search(replace(asked, is_clause=is_clause), self.on))

    def separated(self) -> list[QuestionPart]:
        """Returns the questions that a model makes of a long first message; empty without one, or if it is one."""
        model, question = self.bot.model, self.draft.standalone_question
        if model is None or self.history or not may_ask_several(question):
            return []
        return [QuestionPart(each) for each in generative.separate_questions(model, self.draft, self.bot.brief_seconds)]
