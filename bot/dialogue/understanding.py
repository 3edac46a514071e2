"""Understands a question in its conversation: as readings, each parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answer import Turn
from bot.dialogue.rewriting import asks_of_here, last_host, of_place, previous_answers, previous_questions, readings
from bot.outcomes import ANSWERED
from bot.pii import without_masked
from bot.query.chosen_country import is_elsewhere
from bot.query.continuation import leans
from bot.query.conversation import goes_abroad, in_conversation, keep_documents
from bot.query.countries import HOME, countries
from bot.query.direction import in_direction
from bot.query.document_names import find_quoted_documents
from bot.query.exemplars import Closeness, closeness
from bot.query.query import Asked, EmbeddingModel, Query, add_host, understand, words_of
from store.index import Index, query_terms
from store.lists import Lists

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True)
class Understanding:
    """Understands questions; a `model`, if any, takes up to `seconds` to rewrite one."""

    index: Index
    embedding_model: EmbeddingModel
    lists: Lists
    model: BaseChatModel | None = None
    seconds: float = 0.0

    def parse(self, text: str, language: str, asked: str = "") -> Query:
        """Parses a reading of a question; `asked` is the question itself."""
        question = understand(text, language, self.index, self.embedding_model, asked)
        return also_meaning(question, self.lists.glossary().official(text, language), self.index)

    def alone(self, text: str, language: str) -> Asked:
        """Returns a question without a conversation, with one reading."""
        return Asked(text, [self.parse(text, language)])

    def interpret(
        self, question: str, language: str, history: Sequence[Turn], country: str, rewritten: str = ""
    ) -> Asked:
        """Returns a question with its readings and what was asked before.

        `rewritten` is one more reading, by a model; "" for none.
        """
        own = without_masked(question) or question
        before = previous_questions(own, history)
        earlier = closeness(self.embedding_model.question_vector(before)) if before else None
        is_abroad = goes_abroad(earlier) and not asks_of_here(history)
        parsed = [
            replace(self.parse(text, language, own), preference=points)
            for text, points in readings(own, history, country, is_abroad)
        ]
        completed = [self.parse(rewritten, language, own)] if rewritten else []
        placed = in_conversation([add_host(parsed[0], self.index), *parsed[1:]], completed, earlier, is_abroad)
        if leans(own) and (said := last_answer(history)):
            placed = keep_documents(placed, find_quoted_documents(said, self.index.documents()))
        return Asked(own, placed, previous_questions(own, history, country), previous_answers(own, history))

    def last_host(self, history: Sequence[Turn], question: str) -> str:
        """Returns the name of the host country that a later question may be about.

        It was named last, in a question that surely is about going there. "" if there is none, or if the later
        question names a country itself.
        """
        before, name = last_host(history)
        is_open = bool(name) and set(countries(question)) <= {HOME}
        return name if is_open and goes_abroad(self.closeness(before)) else ""

    def is_elsewhere(self, question: str, country: str) -> bool:
        """Checks that a question is not about the country chosen, given by its name."""
        alone, placed = (self.closeness(each) for each in (question, of_place(country, question)))
        return is_elsewhere(question, country, alone, placed)

    def closeness(self, text: str) -> Closeness | None:
        """Returns a text's closeness in its direction.

        None if the embedding model gives no vector to compare with exemplars.
        """
        close = closeness(self.embedding_model.question_vector(text))
        return close and in_direction(text, close)


def also_meaning(question: Query, meant: Mapping[str, str], index: Index) -> Query:
    """Returns a query that is also searched for official terms (`store.glossary`).

    Only for words that the documents do not use: each further term lowers the share of its words that a passage has.
    """
    terms = [term for word, term in meant.items() if not index.uses(query_terms(word))]
    if not terms:
        return question
    return replace(question, weights=index.weights(query_terms(f"{words_of(question.text)} {' '.join(terms)}")))


def last_answer(history: Sequence[Turn]) -> str:
    """Returns the last answer with quotes; "" if there is none.

    An answer whose outcome the sender does not say counts.
    """
    given = (each for each in reversed(history) if each.role == "assistant")
    return next((each.content for each in given if each.outcome in (*ANSWERED, None)), "")
