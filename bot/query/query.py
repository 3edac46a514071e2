"""The query: a question with its language, vectors, terms, countries and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from bot.query.answer_type import article, with_article_in_full
from bot.query.countries import HOME, countries, is_here
from bot.query.direction import in_direction
from bot.query.document_names import chinese_law_name, find_named_documents, law
from bot.query.exemplars import NEAR, SIDES, Closeness, closeness
from bot.query.hosts import guide_name, host_from_exemplars, hosts_before, weigh_hosts
from bot.query.identifiers import identifiers
from bot.query.pinyin_names import with_characters
from bot.query.question_kind import OUTSIDE, SURELY_OUTSIDE, QuestionKind, kind_odds, placeless_from, vague_from
from bot.query.regions import regions
from store.answerability.encoding import QuestionToRead
from store.documents import DocumentKind
from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors
from store.index import Index, Vector, query_terms
from text.language import question_language

ALL_ALIKE = 0.87
"""Cosine that all texts are taken to have if there are no vectors.

An answer then needs most words of the question in one passage.
"""
SURE_SIDE = 0.8
"""Least `side` of the nearest exemplars that is sure, also if a country is named."""
UNKNOWN_ODDS = float("-inf")
"""Odds of a kind without a vector of the bundled model."""


class EmbeddingModel(Protocol):
    """An embedding model; its vectors are float32 and L2-normalised."""

    @property
    def name(self) -> str:
        """Models of the same name give interchangeable vectors."""

    def passages(self, texts: list[str], /) -> Vector:
        """Returns the vectors of texts, `(n, dim)`."""

    def embed_passages(self, texts: list[str], /) -> tuple[Vector, Sequence[BinaryTokenVectors] | None]:
        """Returns vectors `(n, dim)`, and token vectors for late interaction or None."""

    def embed_query(self, text: str, /) -> tuple[Vector, QueryTokenVectors | None]:
        """Returns the vector `(dim,)`, and token vectors for late interaction or None."""

    def question_vector(self, text: str, /) -> Vector | None:
        """None without a question encoder, else a vector `(k,)` compared with exemplars."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Query:
    """A parsed question.

    - `spelled`: its text with the characters of names in pinyin, as it is searched for and read.
    - `vector`: L2-normalised; empty if the embedding endpoint fails. `weights`: idf of its terms in the folder.
    - `kinds`: log odds by kind of question; `exemplars`: closeness of the exemplars, None if unknown.
    - `preference`: points that the search adds for it, as one of the readings of a question.
    - `only`: kind of the documents that are searched, all if "".
    - `countries`: alpha-2 codes of the host countries named; `home`: China is named.
    - `is_abroad`: it names no place, and what was asked before is about host countries and not about China.
    - `asked`: the question itself, without what was asked before it.
    - `article`: article of a law, as Chinese laws write it; `law`: Chinese name of that law.
    - `named`: sources of the documents named.
    - `identifiers`: patterns of the customs codes and document numbers that the question itself names.
    """

    text: str
    language: str
    vector: Vector
    weights: Mapping[str, float]
    countries: tuple[str, ...]
    home: bool = False
    tokens: QueryTokenVectors | None = None
    asked: str = ""
    article: str = ""
    law: str = ""
    named: frozenset[str] = frozenset()
    identifiers: tuple[re.Pattern[str], ...] = ()
    kinds: Mapping[QuestionKind, float] = field(default_factory=dict)
    exemplars: Closeness | None = None
    is_abroad: bool = False
    spelled: str = ""
    preference: float = 0.0
    only: DocumentKind | Literal[""] = ""

    @property
    def is_exact(self) -> bool:
        """True if it names a document, an article, a customs code or a document number."""
        return bool(self.article or self.identifiers or self.named)

    @property
    def is_about_home(self) -> bool:
        """True if it names China or a place in it."""
        return self.home or is_here(self.text)

    @property
    def is_inbound(self) -> bool:
        """True if its exemplars are surely inbound: a country named is the asker's own."""
        return self.exemplars is not None and self.exemplars.side > SURE_SIDE

    @property
    def is_clearly_inbound(self) -> bool:
        """True if they leave no doubt: "VAT on consulting services?", not "the VAT?"."""
        return self.exemplars is not None and self.exemplars.is_clearly_inbound

    def is_outside(self, is_answered: bool) -> bool:
        """Checks that a first question is outside the service; never if it is exact."""
        is_first = self.text == self.asked and not self.is_exact
        return is_first and self.odds(QuestionKind.OUTSIDE) > (SURELY_OUTSIDE if is_answered else OUTSIDE)

    @property
    def is_open(self) -> bool:
        """True if it names no country or region, and nothing exactly."""
        return not (self.is_exact or self.countries or regions(self.text))

    def is_vague(self, support: float, is_beyond_guides: bool = False) -> bool:
        """Checks that it must be asked back; `support` is seldom high for a vague one."""
        least = max(vague_from(support, is_beyond_guides), self.odds(QuestionKind.PLACELESS))
        return self.is_open and self.odds(QuestionKind.VAGUE) > least

    def is_placeless(self, support: float) -> bool:
        """Checks that it needs a country and nothing else, as one on "our" law abroad."""
        least = max(placeless_from(support), self.odds(QuestionKind.VAGUE))
        return self.is_open and self.odds(QuestionKind.PLACELESS) > least

    def odds(self, kind: QuestionKind) -> float:
        """Returns the log odds of a kind; minus infinity if they are not known."""
        return self.kinds.get(kind, UNKNOWN_ODDS)

    @property
    def has_vector(self) -> bool:
        """False if there are no vectors, so that everything is decided by words."""
        return self.vector.size > 0

    def similarities(self, texts: list[str], embedding_model: EmbeddingModel) -> list[float]:
        """Returns the cosines of texts with the query; without a vector, ALL_ALIKE each."""
        alike = embedding_model.passages(texts) @ self.vector if self.has_vector else [ALL_ALIKE] * len(texts)
        return [float(each) for each in alike]

    def closeness(self, lines: Iterable[int], kind: DocumentKind = "guide") -> float:
        """Returns the lead of the closest line; of a document's unknown ones `distance`."""
        unknown = self.distance if kind == "document" else 0.0
        return self.exemplars.lead(lines, unknown=unknown) if self.exemplars else 0.0

    @property
    def distance(self) -> float:
        """Distance of the closest exemplar from NEAR, 0 or more."""
        return max(0.0, NEAR - self.exemplars.highest) if self.exemplars else 0.0

    def is_against(self, audience: str) -> float:
        """Returns how far the exemplars contradict an audience, 0 to 1.

        The name of a country pulls to going abroad, though the asker may come from there; so it must be sure then.
        """
        against = -SIDES.get(audience, 0) * self.exemplars.side if self.exemplars else 0.0
        is_unsure = audience == "inbound" and bool(self.countries or self.is_about_home) and against < SURE_SIDE
        return 0.0 if is_unsure else max(0.0, against)

    def share_of(self, source: str) -> float:
        """Returns the share of the nearest exemplars that a guide answers, else 0."""
        return self.exemplars.guides.get(guide_name(source), 0.0) if self.exemplars else 0.0

    def names_article(self, source: str) -> str:
        """Returns the article asked for in a document; "" if none, or of another document."""
        return self.article if not self.named or source in self.named else ""

    def count_identifiers(self, text: str) -> int:
        """Counts the customs codes and document numbers of the query that a text contains."""
        return sum(bool(each.search(text)) for each in self.identifiers)


@dataclass(frozen=True)
class Asked:
    """A question as the answerability model reads it, and its complete `readings`.

    `before` is what was asked before, `said` what was answered. `is_clause`: it is one of several clauses of one.
    """

    text: str
    readings: Sequence[Query]
    before: str = ""
    said: str = ""
    is_clause: bool = False

    @property
    def alone(self) -> Query:
        """The question without what was asked before."""
        return next((each for each in self.readings if each.text == self.text), self.readings[0])

    def to_read(self) -> QuestionToRead:
        """Returns the question as the answerability model reads it."""
        spelled = self.alone.spelled if self.alone.text == self.text else ""
        return QuestionToRead(spelled or self.text, self.before)


def understand(text: str, language: str, index: Index, embedding_model: EmbeddingModel, asked: str = "") -> Query:
    """Parses a standalone question.

    `language` is the person's; if "", that of the question is used. `asked` is its last part, if the text begins with
    what was asked before: what that part names goes before what the whole text names.
    """
    asked, documents = asked or text, index.documents()
    spelled = with_characters(text, [each.title for each in documents.values()])
    vector, tokens = embedding_model.embed_query(spelled)
    language = language or question_language(text)
    encoded = embedding_model.question_vector(text) if vector.size else None
    close = closeness(encoded)
    close = weigh_hosts(text, close, documents, embedding_model.question_vector) if close else None
    return Query(
        text,
        language,
        vector,
        index.weights(query_terms(words_of(spelled))),
        hosts_before(asked, text, index),
        HOME in countries(text),
        tokens,
        asked,
        article(asked) or article(text),
        law(asked) or law(text),
        find_named_documents(text, documents),
        identifiers(asked),
        kind_odds(text, vector, encoded),
        in_direction(text, close) if close else None,
        spelled=spelled,
    )


def add_host(question: Query, index: Index) -> Query:
    """Returns a query with the host country that its exemplars tell if it names none."""
    hosts = question.countries or host_from_exemplars(question.exemplars, index.documents())
    return replace(question, countries=hosts)


def prepare_understanding(embedding_model: EmbeddingModel) -> None:
    """Loads exemplars and encoder, so that the first visitor does not wait."""
    closeness(embedding_model.question_vector("?"))


def words_of(text: str) -> str:
    """Returns a question for full text search, with articles and laws in Chinese."""
    return f"{with_article_in_full(text)} {chinese_law_name(text)}"
