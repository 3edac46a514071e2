"""A question as the bot reads it: its language, its meaning, the weight of its words, the countries it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.query.answer_type import article, with_article_in_full
from bot.query.conversation_context import NO_SCOPE, Scope
from bot.query.countries import HOME, countries, is_here
from bot.query.document_names import law, named_documents, names
from bot.query.identifiers import identifiers
from store.embeddings.late_interaction import Signs, Tokens
from store.index import Index, Vector, question_terms
from text.language import detect_language


class Meaning(Protocol):
    """Turns texts into vectors: `(n, dim)` and `(dim,)` float32, L2-normalised; what is read and a question also into
    signs and tokens, None where the model shows none."""

    def passages(self, texts: list[str], /) -> Vector: ...

    def read(self, texts: list[str], /) -> tuple[Vector, Sequence[Signs] | None]: ...

    def ask(self, text: str, /) -> tuple[Vector, Tokens | None]: ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Question:
    """What is asked. `weights` are the idf weights of its terms in the folder; `countries` are
    the alpha-2 codes of the host countries that it names, `home` whether it names China; `scope` is what the
    conversation is about. `article` is the article of a law that it names, `law` the Chinese name of
    that law, `named` are the sources of the documents that it names, `identifiers` find the customs
    codes and document numbers that it names."""

    text: str
    language: str
    vector: Vector
    weights: Mapping[str, float]
    countries: tuple[str, ...]
    home: bool = False
    tokens: Tokens | None = None
    scope: Scope = NO_SCOPE
    article: str = ""
    law: str = ""
    named: frozenset[str] = frozenset()
    identifiers: tuple[re.Pattern[str], ...] = ()

    def names_article(self, source: str) -> str:
        """The article that is asked for of a document; empty where none is, or of another document."""
        return self.article if not self.named or source in self.named else ""

    def held(self, text: str) -> int:
        """How many of the customs codes and document numbers that are asked for stand in a text."""
        return sum(bool(each.search(text)) for each in self.identifiers)


FEW_WORDS = 3
"""So few words in Latin script tell no language by their statistics, unless they are clearly Portuguese."""


def spoken(text: str, otherwise: str = "en") -> str:
    """The language in which a person asks; `otherwise` where the text shows none."""
    found = detect_language(text)
    uncertain = text.isascii() or found not in {"zh", "ru", "ar", "pt", "ja", "ko", "th", "hi"}
    if found and uncertain and found != "pt" and len(text.split()) <= FEW_WORDS:
        return "en"
    return found or otherwise


def understand(text: str, language: str, index: Index, meaning: Meaning, scope: Scope = NO_SCOPE) -> Question:
    """Reads a question that can be understood alone; `language` is the person's, `scope` the conversation's."""
    named = countries(text)
    hosts = tuple(country for country in named if country != HOME)
    if is_here(text) and not set(hosts) & covered(index):
        hosts = ()  # a Dutch company that asks about Qiantang
    vector, tokens = meaning.ask(text)
    return Question(
        text,
        language or spoken(text),
        vector,
        index.weights(question_terms(f"{with_article_in_full(text)} {names(text)}")),
        hosts,
        HOME in named,
        tokens,
        scope,
        article(text),
        law(text),
        named_documents(text, index.documents()),
        identifiers(text),
    )


def covered(index: Index) -> set[str]:
    """The countries that documents are about."""
    return {country for metadata in index.documents().values() for country in metadata.countries}
