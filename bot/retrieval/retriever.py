"""Retriever: passages, snippets and answerability for a question and its readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bot.query.answer_type import as_of
from bot.query.continuation import leans
from bot.query.query import Asked, EmbeddingModel, Query
from bot.retrieval.additions import Reader
from bot.retrieval.answerability import Answerability, assess_answerability
from bot.retrieval.comparison_rows import (
    asks_for_table,
    come_near,
    countries_to_compare,
    find_rows_to_compare,
    rest_of_tables,
)
from bot.retrieval.hybrid_search import FoundPassage, score_candidates
from bot.retrieval.open_places import open_places
from bot.retrieval.quotes import choose_closest, choose_quotes
from bot.retrieval.shortlist import ListedSnippet, merge_readings, shortlist
from bot.retrieval.snippet_ranking import (
    RankedSnippet,
    decides_country,
    is_unknown,
    put_known_first,
    rank_snippets,
    read_snippets,
)
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import AnswerabilityModel
from store.documents import Passage, Validity
from store.index import Index

PASSAGES = 20
"""Number of passages found: those for the answer and more to compare them with."""
NEARLY_AS_GOOD, MOST_ASSESSED = 3.0, 6
"""Score gap up to which a snippet may answer in place of the best, and the most that are tried."""
CLOSE_ENOUGH = -1.0
"""Minimum answerability score at which a refusal quotes the closest snippets."""


@dataclass(frozen=True)
class Retrieval:
    """Result of a retrieval.

    - `question`: the reading of the question that found the best snippet.
    - `weighed`: all scored candidates of all readings, best first; `found`: the best of them as passages.
    - `ranked`: snippets of these passages, best first; `verdict`: their answerability.
    - `read`: the question as the answerability model reads it.
    - `on`: the day of the question; `as_of`: the past day that was asked about, or None.
    - `searched`: the passages found, with their validity on the day searched; `reader` reads their snippets.
    - `rows`: table rows that compare the countries asked about; empty if it is no comparison.
    - `open_places`: countries to choose from if the question lacks one; empty if the country is clear.
    - `chosen`: the quotes of a part of the question (`of_part`).
    """

    question: Query
    weighed: Sequence[FoundPassage]
    found: Sequence[Passage]
    ranked: Sequence[RankedSnippet]
    verdict: Answerability
    read: QuestionToRead
    on: date
    searched: Sequence[Passage]
    reader: Reader | None = None
    as_of: date | None = None
    rows: Sequence[Snippet] = ()
    open_places: Sequence[str] = ()
    chosen: Sequence[Snippet] | None = None

    @property
    def support(self) -> float:
        """Answerability score: answer if > 0."""
        return self.verdict.support

    @property
    def is_unknown_to_guides(self) -> bool:
        """True if the best snippet is a guide's "not known": another document may know."""
        return is_unknown(self.ranked) and not self.is_of_document

    @property
    def is_of_document(self) -> bool:
        """True if the best snippet is of a document other than a guide."""
        return bool(self.ranked) and self.found[self.ranked[0].snippet.passage].metadata.kind == "document"

    @property
    def is_beyond_guides(self) -> bool:
        """True if another document fits best, and no exemplar of a guide is near."""
        return self.is_of_document and self.question.distance > 0

    @property
    def is_close(self) -> bool:
        """True if the snippets come close enough to an answer for a refusal to quote them."""
        return self.support > CLOSE_ENOUGH

    @property
    def is_outside(self) -> bool:
        """True if it is unanswered and outside the service, and no document comes close."""
        if self.support > 0 or (self.is_of_document and self.is_close):
            return False
        return self.question.is_outside(is_answered=False)

    @cached_property
    def quotes(self) -> list[Snippet]:
        """Snippets to quote, those that answer before those that add something.

        [] without support, or beside `rows`. They are chosen on first access.
        """
        if self.chosen is not None:
            return list(self.chosen)
        if self.support <= 0 or self.rows:
            return []
        return choose_quotes(self.read, self.question, self.ranked, self.searched, self.reader)

    @cached_property
    def closest(self) -> list[Snippet]:
        """Snippets that a refusal quotes; chosen on first access."""
        return choose_closest(self.question, self.ranked)

    def of_part(self, quotes: Sequence[Snippet]) -> Retrieval:
        """Returns the retrieval of a part of the question, with its own quotes."""
        ranked = sorted(self.ranked, key=lambda each: each.snippet != quotes[0])
        return replace(self, ranked=ranked, chosen=quotes)


def retrieve(
    asked: Asked, index: Index, embedding_model: EmbeddingModel, model: AnswerabilityModel | None, on: date
) -> Retrieval:
    """Retrieves as of the day that the question names, by default as of `on`.

    `on` is the day of asking. Where guides say "not known", the other documents are searched alone: a notice in another
    language is seldom among the passages found beside guides in the person's own.
    """
    day = as_of(asked.text, on)
    judged = search_and_judge(asked, index, embedding_model, model, day or on)
    documents = index.documents().values()
    if judged.is_unknown_to_guides and any(each.kind == "document" for each in documents):
        beyond = replace(asked, readings=[replace(each, only="document") for each in asked.readings])
        other = search_and_judge(beyond, index, embedding_model, model, day or on)
        judged = other if other.support > 0 else judged
    judged = replace(judged, on=on)
    found, is_decided = judged.found, decides_country(judged.ranked, judged.found)
    is_told = bool(asked.before) or (judged.is_beyond_guides and judged.support > 0)
    places = () if is_told else open_places(judged.question, found, documents, is_decided, judged.support)
    return replace(
        judged,
        # searched as of that day, but the warnings are about the day of the question
        found=add_validity(found, index, on) if day else found,
        reader=Reader(found, model, embedding_model) if model else None,
        as_of=day,
        open_places=places,
    )


def search_and_judge(
    asked: Asked, index: Index, embedding_model: EmbeddingModel, model: AnswerabilityModel | None, day: date
) -> Retrieval:
    """Searches for all readings as of a day, and judges what is found."""
    merged = merge_readings(
        score_candidates(reading, index, embedding_model, day, PASSAGES) for reading in asked.readings
    )
    return judge_in_turn(asked, merged, shortlist(merged, embedding_model), model, day)


def judge_in_turn(
    asked: Asked,
    merged: Sequence[FoundPassage],
    listed: Sequence[ListedSnippet],
    model: AnswerabilityModel | None,
    on: date,
) -> Retrieval:
    """Judges a question after what was asked before, or otherwise if refused so.

    Alone if it leaves nothing out: it may begin a new subject. Else what earlier answers quote is said again.
    """
    judged, goes_on = judge(asked, merged, listed, model, on), leans(asked.text)
    if judged.support > 0 or not (asked.said if goes_on else asked.before):
        return judged
    otherwise = replace(asked, said="") if goes_on else replace(asked, before="")
    again = judge(otherwise, merged, listed, model, on)
    return again if again.support > 0 else judged


def judge(
    asked: Asked,
    merged: Sequence[FoundPassage],
    listed: Sequence[ListedSnippet],
    model: AnswerabilityModel | None,
    on: date,
) -> Retrieval:
    """Ranks the snippets of a shortlist and assesses whether they support an answer."""
    ranked = rank_snippets(asked, merged, listed, model)
    first = asked.readings[0]
    best = merged[ranked[0].snippet.passage].reading if ranked else first
    question = replace(best, countries=best.countries or first.countries)
    found = first_passages(merged, question, asked.alone)
    rows, wants_table = list[Snippet](), asks_for_table(question, asked.alone)
    for own in find_rows_to_compare(question, asked.alone, found)[: None if model else 1]:
        is_beside = wants_table and found[own[0].passage].source == found[ranked[0].snippet.passage].source
        scores = [] if is_beside or not model else read_snippets(asked.to_read(), own, found, model)
        if is_beside or not model or come_near(own, scores, ranked[0], question):
            rows += own
        elif not rows:
            break
    in_order, verdict = assess_in_turn(question, found, ranked, rows)
    return Retrieval(question, merged, found, in_order, verdict, asked.to_read(), on, found, rows=rows)


def assess_in_turn(
    question: Query, found: Sequence[Passage], ranked: Sequence[RankedSnippet], rows: Sequence[Snippet]
) -> tuple[Sequence[RankedSnippet], Answerability]:
    """Assesses the best snippet, else those about as good, and returns them in order.

    The lines of a guide on a matter are much alike, and exemplars ask what one of them answers: where the best has few,
    another may have them. One that knows stays before one that does not.
    """
    verdict = assess_answerability(question, found, ranked, rows)
    by_score = put_known_first(sorted(ranked, key=lambda each: -each.score))
    near = [each for each in by_score if each.score >= by_score[0].score - NEARLY_AS_GOOD][:MOST_ASSESSED]
    others = [each for each in near if each is not ranked[0] and (each is near[0] or not each.snippet.is_unknown)]
    for each in others if verdict.support <= 0 else []:
        in_order = [each, *(other for other in by_score if other is not each)]
        if (own := assess_answerability(question, found, in_order, rows)).support > 0:
            return in_order, own
    return ranked, verdict


def first_passages(merged: Sequence[FoundPassage], question: Query, alone: Query) -> list[Passage]:
    """Returns the first PASSAGES; for a comparison, the rest of their tables as well."""
    found = [each.passage for each in merged]
    first, others = found[:PASSAGES], found[PASSAGES:]
    is_compared = len(countries_to_compare(question, alone)) > 1 or asks_for_table(question, alone)
    return first + rest_of_tables(first, others) if is_compared else first


def add_validity(passages: Sequence[Passage], index: Index, on: date) -> list[Passage]:
    """Returns the passages with their validity on a day."""
    valid = index.validities(on)
    unknown = (Validity.UNKNOWN, "")
    found = [(each, *valid.get(each.source, unknown)) for each in passages]
    return [replace(each, validity=validity, replaced_by=by) for each, validity, by in found]
