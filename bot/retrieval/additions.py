"""Additions: snippets that answer what the first quotes of an answer leave open.

A question may ask several things, with or without a mark between them. Each further snippet is weighed by the tokens of
the question that it matches better than the quotes do, by exemplars of the question and of its segments, and by what
the judge thinks of it beside the quotes.
`python -m training additions` fits the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bot.query.exemplars import Closeness, closeness, fingerprint
from bot.query.parts import split_segments
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.shortlist import span_when_embedded
from bot.retrieval.snippet_ranking import UNREAD, read_snippets
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import AnswerabilityModel
from store.documents import Passage
from store.embeddings.vectors import Floats
from store.index import term_set

WEIGHTS: Mapping[str, float] = {
    "gap": 8.884, "share": -2.112, "same document": 1.037, "unmatched": 16.762, "segment gap": 12.825,
    "missing": 0.366, "constant": -1.602,
}  # fmt: skip
"""Weight of each feature of a snippet, in log odds that it answers what the quotes leave open."""
LIKELY, LIKELY_BY_WORDS = -0.85, 0.1
"""Log odds from which a snippet is added, and one whose exemplars are not known.

Of 576 answers to questions of six unseen writers, 218 left a part open. From LIKELY on, 122 of these parts get a line,
beside .19 idle lines an answer (before the judge read the snippets again: 107, .22). Without exemplars it is 42, beside
.06 (before 5, .06).
"""
AT_BEST_MISSING, READ_AGAIN = 1.0, 4
"""Score for adding something that is hoped for, and most snippets that are read again beside the quotes.

A snippet that stays unlikely with this score is not read again. Of 540 answers with several needs half are then not
read again, with 182 lines instead of 185 that answer a part, and 100 idle ones instead of 106.
"""
CANDIDATES, MOST_ADDED = 12, 2
"""Number of snippets that are weighed, and the most that are added."""
MOST_SHARED = 0.6
"""Share of a snippet's words in what was said from which it says it again."""


@dataclass(frozen=True)
class Reader:
    """Reads snippets of the passages that were found for a question."""

    passages: Sequence[Passage]
    model: AnswerabilityModel
    embedding_model: EmbeddingModel

    def scores(self, question: QuestionToRead, snippets: Sequence[Snippet]) -> list[float | None]:
        """Returns the model's scores of snippets; None for one that is too long."""
        return read_snippets(question, snippets, self.passages, self.model)


@dataclass(frozen=True)
class Quoted:
    """Quotes, as additions are compared with them.

    - `lead`: the quotes' largest; `segments`: closeness of each segment of the question, with their lead for it.
    - `tokens`: best cosine of each token of the question.
    """

    text: str
    source: str
    lead: float
    segments: Sequence[tuple[Closeness | None, float]]
    tokens: Floats | None
    weights: Floats | None


def find_additions(
    read: QuestionToRead, question: Query, chosen: Sequence[Snippet], others: Sequence[Snippet], reader: Reader
) -> list[Snippet]:
    """Returns the snippets that likely add something, likeliest first."""
    weighed = [
        (addition_odds(features), each) for each, features in weigh_additions(read, question, chosen, others, reader)
    ]
    added, said = list[Snippet](), ""
    for odds, snippet in sorted(weighed, key=lambda each: -each[0]):
        least = LIKELY if knows_exemplars(snippet, question.exemplars) else LIKELY_BY_WORDS
        if odds >= least and len(added) < MOST_ADDED and not says_again(said, snippet):
            added.append(snippet)
            said = f"{said} {snippet.text}"
    return added


def knows_exemplars(snippet: Snippet, close: Closeness | None) -> bool:
    """Checks that it is known which exemplars a snippet answers."""
    return close is not None and close.of([fingerprint(snippet.text)]) is not None


def weigh_additions(
    read: QuestionToRead, question: Query, chosen: Sequence[Snippet], others: Sequence[Snippet], reader: Reader
) -> list[tuple[Snippet, dict[str, float]]]:
    """Returns the snippets that may be added, with their features.

    Of the first CANDIDATES, those that are likely enough if they add what is missing are read again beside the quotes,
    at most READ_AGAIN.
    """
    quoted = collect_quoted(read, question, chosen, reader)
    further = [each for each in others[:CANDIDATES] if each not in chosen]
    weighed = [(each, addition_features(each, question, quoted, reader.passages)) for each in further]
    best = [(addition_odds(features | {"missing": AT_BEST_MISSING}), each, features) for each, features in weighed]
    likely = sorted((each for each in best if each[0] >= min(LIKELY, LIKELY_BY_WORDS)), key=lambda each: -each[0])
    nearest = [(each, features) for _, each, features in likely[:READ_AGAIN]]
    scores = reader.scores(replace(read, given=quoted.text), [each for each, _ in nearest])
    return [
        (each, features | {"missing": UNREAD if score is None else score})
        for (each, features), score in zip(nearest, scores, strict=True)
    ]


def collect_quoted(read: QuestionToRead, question: Query, chosen: Sequence[Snippet], reader: Reader) -> Quoted:
    """Returns the quotes, as additions are compared with them."""
    first = reader.passages[chosen[0].passage]
    segments = [segment_closeness(each, reader.embedding_model) for each in segments_of(read)]
    matched = [token_cosines(reader.passages[each.passage], each) for each in chosen]
    weights = first.agreement.weights if first.agreement else None
    alike = [own for own, each in matched if own is not None and each is weights]
    return Quoted(
        " ".join(each.text for each in chosen),
        first.source,
        max(lead_of(each, question.exemplars) for each in chosen),
        [(close, max(lead_of(each, close) for each in chosen)) for close in segments],
        np.maximum.reduce(alike) if alike else None,
        weights,
    )


def by_segment(read: QuestionToRead, quotes: Sequence[Snippet], reader: Reader) -> list[list[Snippet]]:
    """Returns the quotes that answer each segment of a question best.

    One that exemplars do not tell apart goes with the one before. Empty if the question has no segments.
    """
    segments = [segment_closeness(each, reader.embedding_model) for each in segments_of(read)]
    found, at = [list[Snippet]() for _ in segments], 0
    for quote in quotes if found else []:
        leads = [lead_of(quote, each) for each in segments]
        at = leads.index(max(leads)) if len(set(leads)) > 1 else at
        found[at].append(quote)
    return found


def addition_features(
    snippet: Snippet, question: Query, quoted: Quoted, passages: Sequence[Passage]
) -> dict[str, float]:
    """Returns the features of a snippet beside what is quoted.

    All but `missing`. Words are compared only with quotes that the same reading of the question found.
    """
    passage = passages[snippet.passage]
    leads = [(lead_of(snippet, close), best) for close, best in quoted.segments]
    cosines, weights = token_cosines(passage, snippet)
    unmatched = 0.0
    if cosines is not None and weights is not None and weights is quoted.weights and quoted.tokens is not None:
        unmatched = float(weights @ np.maximum(0, cosines - quoted.tokens))
    return {
        "gap": lead_of(snippet, question.exemplars) - quoted.lead,
        "share": share_in(quoted.text, snippet.text),
        "same document": float(passage.source == quoted.source),
        "unmatched": unmatched,
        "segment gap": max((lead - best for lead, best in leads), default=0.0),
        "constant": 1.0,
    }


def addition_odds(features: Mapping[str, float]) -> float:
    """Returns the log odds that a snippet with these features adds something."""
    return sum(WEIGHTS[name] * value for name, value in features.items())


def segments_of(read: QuestionToRead) -> list[QuestionToRead]:
    """Returns the segments of a question, each after what stands before it."""
    return [QuestionToRead(each.text, f"{read.before} {each.before}".strip()) for each in split_segments(read.text)]


@lru_cache(maxsize=32)
def segment_closeness(segment: QuestionToRead, embedding_model: EmbeddingModel) -> Closeness | None:
    """Returns the closeness of a segment, as of a later question.

    The text before it counts as the earlier one.
    None for models without a question encoder.
    """
    alone = closeness(embedding_model.question_vector(segment.text))
    if alone is None or not segment.before:
        return alone
    whole, before = (
        closeness(embedding_model.question_vector(text))
        for text in (f"{segment.before} {segment.text}", segment.before)
    )
    return whole.going_on(alone, before) if whole and before else alone


def lead_of(snippet: Snippet, close: Closeness | None) -> float:
    """Returns the lead of a snippet by its exemplars; 0 if it is not known."""
    return close.lead([fingerprint(snippet.text)], unknown=0.0) if close else 0.0


def token_cosines(passage: Passage, snippet: Snippet) -> tuple[Floats | None, Floats | None]:
    """Returns the best cosine of each token in a snippet, and the tokens' weights.

    None without token vectors.
    """
    if passage.agreement is None:
        return None, None
    return passage.agreement.best_within(span_when_embedded(passage, snippet)), passage.agreement.weights


def says_again(said: str, snippet: Snippet) -> bool:
    """Checks that most words of a snippet stand in what was quoted."""
    return share_in(said, snippet.text) >= MOST_SHARED


def share_in(given: str, text: str) -> float:
    """Returns the share of the terms of a text that stand in another one, 0 to 1."""
    own = term_set(text)
    return len(own & term_set(given)) / len(own) if own else 1.0
