"""Retriever: passages, snippets and answerability for one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.clarification import ask_back
from bot.dialogue.rewriting import goes_on
from bot.query.answer_type import as_of
from bot.query.countries import HOME
from bot.query.query import Meaning, Question
from bot.retrieval.answerability import WEIGHTS, Verdict, judge, leading, margin
from bot.retrieval.comparison_rows import compared
from bot.retrieval.hybrid_search import Weighed, weigh
from bot.retrieval.snippet_ranking import Scored, rank, share
from bot.retrieval.snippets import Unit
from store.documents import Passage, Validity
from store.index import Index, question_terms, terms

PASSAGES = 20
"""Number of passages found: those for the answer and more to compare them with."""
OWN_WEIGHT = 4.0
"""Boost for a reading of a follow-up whose passages contain its own words."""


@dataclass(frozen=True)
class Look:
    """Result of a retrieval.

    - `weighed`: all scored candidates, best first; `found`: the best of them as passages.
    - `passages`: the leading passages; `ranked`: their snippets, best first; `verdict`: their answerability.
    - `on`: the day of the question; `as_of`: the past day that was asked about, or None.
    - `rows`: table rows that compare the countries asked about; empty if it is no comparison.
    """

    question: Question
    weighed: Sequence[Weighed]
    found: Sequence[Passage]
    passages: Sequence[Passage]
    ranked: Sequence[Scored]
    verdict: Verdict
    on: date
    as_of: date | None = None
    rows: Sequence[Unit] = ()

    @property
    def support(self) -> float:
        """Answerability score: answer if > 0."""
        return self.verdict.support


def look(question: Question, index: Index, meaning: Meaning, on: date) -> Look:
    """Retrieves as of the day the query is about; by default `on`, the day of asking."""
    day = as_of(question.text, on)
    weighed = weigh(question, index, meaning, day or on, PASSAGES)
    found = [each.passage for each in weighed[:PASSAGES]]
    passages = leading(question, found)
    ranked = rank(question, passages, meaning)
    verdict = judge(question, found, passages, ranked, meaning)
    whole = [*passages, *(each for each in found if each not in passages)]
    if rows := compared(question, whole):
        passages = whole
    if day:  # searched as of that day, but the warnings are about the day of the question
        found, passages = dated(found, index, on), dated(passages, index, on)
    return Look(question, weighed, found, passages, ranked, verdict, on, day, rows)


def dated(passages: Sequence[Passage], index: Index, on: date) -> list[Passage]:
    """Returns the passages with their validity on a day."""
    valid = index.validities(on)
    unknown = (Validity.UNKNOWN, "")
    found = [(each, *valid.get(each.source, unknown)) for each in passages]
    return [replace(each, validity=validity, replaced_by=by) for each, validity, by in found]


def best(looks: Sequence[tuple[float, Look]], asked: str, index: Index) -> Look:
    """Selects a reading by preference, answerability and the question's own words.

    `looks` are pairs of a preference and the retrieval for that reading.
    """
    own = {} if goes_on(asked) else index.weights(question_terms(asked))

    def worth(preferred: float, look: Look) -> float:
        # readings with a country find fewer snippets, so their margins are not comparable
        supported = look.support - WEIGHTS["margin"][0] * margin(look.ranked)
        return preferred + supported + OWN_WEIGHT * held(own, look.passages[:3])

    return max(looks, key=lambda each: worth(*each))[1]


def placed(looks: Sequence[tuple[float, Look]], index: Index) -> Sequence[tuple[float, Look]]:
    """Filters readings after a country was chosen.

    A reading that names no country is dropped if it leads to another country or would need a clarifying question.
    """
    there = {code for _, each in looks for code in each.question.countries}

    def is_meant(look: Look) -> bool:
        if not there or look.question.countries or not look.found:
            return True
        hosts = set(look.found[0].metadata.countries) - {HOME}
        is_elsewhere = len(hosts) == 1 and hosts.isdisjoint(there)
        return not is_elsewhere and not ask_back(look.question, look.found, index.documents().values(), False, True)

    return [each for each in looks if is_meant(each[1])]


def held(weights: Mapping[str, float], passages: Sequence[Passage]) -> float:
    """Returns the largest share of terms, by weight, in one passage (0 to 1)."""
    texts = (" ".join([each.metadata.title, *each.chunk.headings, each.chunk.text]) for each in passages)
    return max((share(terms(text), weights) for text in texts), default=0.0) / (sum(weights.values()) or 1.0)
