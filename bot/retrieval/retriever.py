"""Retriever: passages, snippets and answerability for one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.clarification import open_places
from bot.dialogue.rewriting import goes_on
from bot.query.answer_type import as_of
from bot.query.countries import HOME
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.answerability import WEIGHTS, Answerability, assess_answerability, leading, margin_over_fifth
from bot.retrieval.comparison_rows import compared
from bot.retrieval.hybrid_search import ScoredPassage, score_candidates
from bot.retrieval.snippet_ranking import RankedSnippet, rank_snippets, share
from bot.retrieval.snippets import Snippet
from store.documents import Passage, Validity
from store.index import Index, query_terms, terms

PASSAGES = 20
"""Number of passages found: those for the answer and more to compare them with."""
OWN_WEIGHT = 4.0
"""Boost for a reading of a follow-up whose passages contain its own words."""


@dataclass(frozen=True)
class Retrieval:
    """Result of a retrieval.

    - `weighed`: all scored candidates, best first; `found`: the best of them as passages.
    - `passages`: the leading passages; `ranked`: their snippets, best first; `verdict`: their answerability.
    - `on`: the day of the question; `as_of`: the past day that was asked about, or None.
    - `rows`: table rows that compare the countries asked about; empty if it is no comparison.
    - `open_places`: countries to choose from if the question lacks one; empty if the country is clear.
    """

    question: Query
    weighed: Sequence[ScoredPassage]
    found: Sequence[Passage]
    passages: Sequence[Passage]
    ranked: Sequence[RankedSnippet]
    verdict: Answerability
    on: date
    as_of: date | None = None
    rows: Sequence[Snippet] = ()
    open_places: Sequence[str] = ()

    @property
    def support(self) -> float:
        """Answerability score: answer if > 0."""
        return self.verdict.support


def retrieve(question: Query, index: Index, meaning: EmbeddingModel, on: date) -> Retrieval:
    """Retrieves as of the day the query is about; by default `on`, the day of asking."""
    day = as_of(question.text, on)
    weighed = score_candidates(question, index, meaning, day or on, PASSAGES)
    found = [each.passage for each in weighed[:PASSAGES]]
    passages = leading(question, found)
    ranked = rank_snippets(question, passages, meaning)
    verdict = assess_answerability(question, found, passages, ranked, meaning)
    whole = [*passages, *(each for each in found if each not in passages)]
    if rows := compared(question, whole):
        passages = whole
    if day:  # searched as of that day, but the warnings are about the day of the question
        found, passages = dated(found, index, on), dated(passages, index, on)
    countries = open_places(question, found, index.documents().values())
    return Retrieval(question, weighed, found, passages, ranked, verdict, on, day, rows, countries)


def dated(passages: Sequence[Passage], index: Index, on: date) -> list[Passage]:
    """Returns the passages with their validity on a day."""
    valid = index.validities(on)
    unknown = (Validity.UNKNOWN, "")
    found = [(each, *valid.get(each.source, unknown)) for each in passages]
    return [replace(each, validity=validity, replaced_by=by) for each, validity, by in found]


def best_reading(retrievals: Sequence[tuple[float, Retrieval]], asked: str, index: Index) -> Retrieval:
    """Selects a reading by preference, answerability and the question's own words.

    `retrievals` are pairs of a preference and the retrieval for that reading.
    """
    own = {} if goes_on(asked) else index.weights(query_terms(asked))

    def worth(preferred: float, retrieval: Retrieval) -> float:
        # readings with a country find fewer snippets, so their margins are not comparable
        supported = retrieval.support - WEIGHTS["margin"][0] * margin_over_fifth(retrieval.ranked)
        return preferred + supported + OWN_WEIGHT * term_overlap(own, retrieval.passages[:3])

    return max(retrievals, key=lambda each: worth(*each))[1]


def keep_meant_readings(retrievals: Sequence[tuple[float, Retrieval]]) -> Sequence[tuple[float, Retrieval]]:
    """Filters readings after a country was chosen.

    A reading that names no country is dropped if it leads to another country or would need a clarifying question.
    """
    there = {code for _, each in retrievals for code in each.question.countries}

    def is_meant(retrieval: Retrieval) -> bool:
        if not there or retrieval.question.countries or not retrieval.found:
            return True
        hosts = set(retrieval.found[0].metadata.countries) - {HOME}
        is_elsewhere = len(hosts) == 1 and hosts.isdisjoint(there)
        return not is_elsewhere and not retrieval.open_places

    return [each for each in retrievals if is_meant(each[1])]


def term_overlap(weights: Mapping[str, float], passages: Sequence[Passage]) -> float:
    """Returns the largest share of terms, by weight, in one passage (0 to 1)."""
    texts = (" ".join([each.metadata.title, *each.chunk.headings, each.chunk.text]) for each in passages)
    return max((share(terms(text), weights) for text in texts), default=0.0) / (sum(weights.values()) or 1.0)
