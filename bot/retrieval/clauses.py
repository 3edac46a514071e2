"""Finds the snippets for each clause of a question that asks several things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.query.exemplars import Closeness, closeness, fingerprint, lead_over_typical
from bot.query.parts import split_clauses
from bot.query.query import EmbeddingModel
from bot.retrieval.snippet_ranking import UNREAD, read_snippets
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import AnswerabilityModel
from store.documents import Passage

PART_ANSWERED, PART_LEAD = 3.0, 4.5
"""Score from which a snippet answers a clause, and a lead that is enough as well.

The lead is over all quoted snippets.
Of 66 answered training questions that ask several things, unseen by the model, 28 instead of 18 get a line for each of
them (105 of 136 things instead of 90) and 8 an idle one; of 49 development questions with clauses 4 get one more right
line, none an idle one. Measured with clauses cut at each comma and joining word, whether or not they ask.
"""
CLAUSE_EXEMPLAR_WEIGHT, MOST_READ_FOR_CLAUSE = 27.0, 8
"""Weight of exemplars for a clause, and the most snippets read for it.

With eight instead of none 88 instead of 86 of 106 development questions that may ask several things got all parts, with
12 idle lines, not 14. That was with other vectors of questions: the weight was scaled to those of today, not measured.
"""


@dataclass(frozen=True)
class Reader:
    """Reads snippets of the passages that were found for a question."""

    passages: Sequence[Passage]
    model: AnswerabilityModel
    embedding_model: EmbeddingModel

    def scores(self, question: QuestionToRead, snippets: Sequence[Snippet]) -> list[float | None]:
        """Returns the model's scores of snippets; None for one that is too long."""
        return read_snippets(question, snippets, self.passages, self.model)


def for_clauses(
    read: QuestionToRead, chosen: Sequence[Snippet], others: Sequence[Snippet], reader: Reader
) -> list[Snippet]:
    """Returns the snippets that answer clauses which no chosen snippet answers.

    At most one for each clause. Exemplars of the clause speak for what answers it, and the snippets that they speak for
    most are read.
    """
    added = list[Snippet]()
    for clause in split_clauses(read.text):
        question = QuestionToRead(clause.text, f"{read.before} {clause.before}".strip())
        close = closeness_of(question, reader.embedding_model)
        quoted = [*chosen, *added]
        answered, _ = best_of(question, quoted, close, reader)
        if answered >= PART_ANSWERED:
            continue
        left = sorted(
            (snippet for snippet in others if snippet not in quoted), key=lambda snippet: -lead_of(snippet, close)
        )
        score, snippet = best_of(question, left[:MOST_READ_FOR_CLAUSE], close, reader)
        if snippet is not None and score > 0 and (score >= PART_ANSWERED or score - answered >= PART_LEAD):
            added.append(snippet)
    return added


def closeness_of(clause: QuestionToRead, embedding_model: EmbeddingModel) -> Closeness | None:
    """Returns the closeness of a clause, as of a later question.

    The text before the clause counts as the earlier question.
    """
    alone = closeness(embedding_model.question_vector(clause.text))
    if alone is None or not clause.before:
        return alone
    whole, before = (
        closeness(embedding_model.question_vector(text)) for text in (f"{clause.before} {clause.text}", clause.before)
    )
    return whole.going_on(alone, before) if whole and before else alone


def best_of(
    question: QuestionToRead, snippets: Sequence[Snippet], close: Closeness | None, reader: Reader
) -> tuple[float, Snippet | None]:
    """Returns the highest score of the snippets, exemplars included, and its snippet.

    UNREAD and None if none was read.
    """
    read = [
        (score + CLAUSE_EXEMPLAR_WEIGHT * lead_of(snippet, close), snippet)
        for snippet, score in zip(snippets, reader.scores(question, snippets), strict=True)
        if score is not None
    ]
    return max(read, key=lambda each: each[0], default=(UNREAD, None))


def lead_of(snippet: Snippet, close: Closeness | None) -> float:
    """Returns the lead of a snippet by its exemplars (`lead_over_typical`)."""
    return lead_over_typical(close, [fingerprint(snippet.text)])
