"""Ranks the snippets (sentences, items, rows) of the shortlist by answerability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import exp

from bot.query.query import Asked
from bot.retrieval.hybrid_search import FoundPassage
from bot.retrieval.shortlist import ListedSnippet
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import Piece, QuestionToRead
from store.answerability.model import AnswerabilityModel, PassageToRead
from store.documents import Passage
from text.list_items import without_numbering

EVIDENCE_WEIGHT = 0.5
"""Weight of a point by which the search puts a snippet behind its best one."""
UNREAD = -4.0
"""Score of a snippet that was not read: it is too long, or others answer."""
READ_FIRST, ENOUGH = 8, 2.0
"""Number of snippets read first; log odds that are enough.

If the best of them has ENOUGH, the others are not read.
"""
OUT_OF_REACH = 5.0
"""Lag behind the best evidence from which a snippet is not read.

Of 450 questions none has its best snippet there. With this lag and READ_FIRST 5 snippets are read instead of 10.
"""
DECIDED = 4.0
"""Score gap from which a snippet about another country is no rival."""
SAID = 4.0
"""Lag of a snippet that an earlier answer quotes.

A later question wants something else.
"""
ABOUT_AS_GOOD, AS_GOOD_AS_ROW = 1.0, 1.5
"""Score gap up to which two snippets answer equally well, and a sentence as well as a row of a table.

Alone, a row says less. Of 1,477 questions of unseen writers 70 get another first line by that: 56 one that answers
(more fully), 14 one that answers less.
"""


@dataclass(frozen=True)
class RankedSnippet:
    """A snippet with its score, by which snippets are ordered.

    `read` is the judge's score, its log odds that the snippet answers, with the lag in the search and whether or not it
    is in force or named exactly. Without an answerability model (`is_read` is False) it only tells which one answers
    better.
    """

    snippet: Snippet
    score: float
    read: float
    is_read: bool = True

    @property
    def probability(self) -> float:
        """Probability that it answers, as the judge sees it (`probability`)."""
        return probability(self.read)


def probability(odds: float) -> float:
    """Returns the probability of log odds, 0 to 1.

    Of a judge's score it is the judge's own: it orders snippets, and nothing tells how many of those at .9 answer. What
    is right as often as it says is the answerability score (`answerability.WEIGHTS`).
    """
    return 1 / (1 + exp(-odds))


def rank_snippets(
    asked: Asked, found: Sequence[FoundPassage], listed: Sequence[ListedSnippet], model: AnswerabilityModel | None
) -> list[RankedSnippet]:
    """Returns the snippets of a shortlist, best first."""
    best = max((each.evidence for each in listed), default=0.0)
    lags = [EVIDENCE_WEIGHT * (each.evidence - best) for each in listed]
    scores = read_in_turn(asked, [each.passage for each in found], listed, lags, model)
    ranked = [
        RankedSnippet(each.snippet, odds + each.certain, odds, score is not None)
        for each, lag, score in zip(listed, lags, scores, strict=True)
        for odds in [lag + (score if score is not None else UNREAD if model else 0.0)]
    ]
    in_order = sorted(behind_what_was_not_said(asked.said, ranked), key=lambda each: -each.score)
    return put_known_first(put_sentence_first(in_order))


def read_in_turn(
    asked: Asked,
    passages: Sequence[Passage],
    listed: Sequence[ListedSnippet],
    lags: Sequence[float],
    model: AnswerabilityModel | None,
) -> list[float | None]:
    """Returns the model's scores of snippets; None for each that is not read.

    The first ones in the order of the search are read first. The others only if none of these answers the whole of a
    question, not a clause. Those out of reach are not read.
    """
    scores: list[float | None] = [None] * len(listed)
    if model is None or not listed:
        return scores
    leads = [lag + each.certain for each, lag in zip(listed, lags, strict=True)]
    near = [number for number, lead in enumerate(leads) if lead >= max(leads) - OUT_OF_REACH]
    for turn in (near[:READ_FIRST], near[READ_FIRST:]):
        read = read_snippets(asked.to_read(), [listed[number].snippet for number in turn], passages, model)
        for number, score in zip(turn, read, strict=True):
            scores[number] = score
        if asked.is_clause or any(score is not None and score + lags[at] >= ENOUGH for at, score in enumerate(scores)):
            break
    return scores


def behind_what_was_not_said(said: str, ranked: Sequence[RankedSnippet]) -> list[RankedSnippet]:
    """Puts snippets that an earlier answer quotes behind the others.

    Their `read` stays: they answer no less if none comes near. Markers stand behind a quote, in a row of a table before
    its end.
    """
    return [
        replace(each, score=each.score - SAID) if each.snippet.text.rstrip("| ") in said else each for each in ranked
    ]


def read_snippets(
    question: QuestionToRead, snippets: Sequence[Snippet], passages: Sequence[Passage], model: AnswerabilityModel
) -> list[float | None]:
    """Returns the model's scores of snippets; None for one that is too long.

    Those of a passage are read together.
    """
    in_order = sorted(snippets, key=lambda each: (each.passage, each.start))
    own = {number: list(each) for number, each in groupby(in_order, lambda each: each.passage)}
    to_read = [
        PassageToRead(passages[number].metadata.title, tuple(map(to_piece, each))) for number, each in own.items()
    ]
    scores = [score for each in model.scores(question, to_read) for score in each] if to_read else []
    by_snippet = dict(zip(in_order, scores, strict=True))
    return [by_snippet[snippet] for snippet in snippets]


def to_piece(snippet: Snippet) -> Piece:
    """Returns a snippet as the model reads it: an item without its number."""
    return Piece(without_numbering(snippet.text), " ".join(filter(None, (snippet.context, snippet.header))))


def put_known_first(ranked: Sequence[RankedSnippet]) -> list[RankedSnippet]:
    """Puts snippets before a best one that says "not known" and is about as good."""
    return put_better_first(ranked, lambda each: each.is_unknown, ABOUT_AS_GOOD)


def put_sentence_first(ranked: Sequence[RankedSnippet]) -> list[RankedSnippet]:
    """Puts snippets before a best one that is a row of a table and about as good."""
    return put_better_first(ranked, lambda each: each.kind == "row", AS_GOOD_AS_ROW)


def put_better_first(
    ranked: Sequence[RankedSnippet], says_less: Callable[[Snippet], bool], gap: float
) -> list[RankedSnippet]:
    """Puts snippets within a score gap before a best one that says less."""
    if not ranked or not says_less(ranked[0].snippet):
        return list(ranked)
    better = [each for each in ranked if not says_less(each.snippet) and each.score >= ranked[0].score - gap]
    return better + [each for each in ranked if each not in better]


def decides_country(ranked: Sequence[RankedSnippet], passages: Sequence[Passage]) -> bool:
    """Checks that the best answer is about one country or none, without a rival.

    A rival is a snippet about another country whose score comes near.
    """
    about = [set(passages[each.snippet.passage].metadata.countries) for each in ranked]
    others = [each.score for each, countries in zip(ranked, about, strict=True) if countries != about[0]]
    return bool(about) and len(about[0]) <= 1 and ranked[0].score - max(others, default=UNREAD) >= DECIDED


def is_unknown(ranked: Sequence[RankedSnippet]) -> bool:
    """Checks that the best answer is "the documents do not know".

    A snippet that knows is never behind one that does not and is about as good (`put_known_first`).
    """
    return bool(ranked) and ranked[0].snippet.is_unknown
