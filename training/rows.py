"""Training rows: questions with passages from the real search, and the label of each snippet.

Negatives are hard: what the search finds for the question and does not answer it, such as another line of the same
guide, the same line of another country, or the guide for the other direction.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bot.pipeline import Bot
from bot.query.conversation_context import NO_SCOPE
from bot.retrieval.hybrid_search import score_candidates
from bot.retrieval.snippets import Snippet, find_snippets
from evals.independent.labels import ANSWERS, label_snippets
from evals.independent.questions import ANSWERED, Question
from store.answerability.encoding import Piece, Row, RowEncoder

PASSAGES_READ = 12
"""Passages that the model reads for one question."""
FURTHER = 60
"""Rank up to which a passage that answers is taken as well."""


@dataclass(frozen=True)
class LabelledRow:
    """A row with the label of each of its spans.

    `question`: number of its question. `rank`: place of the passage in the search, from 0.
    `score`: score of the passage below that of the best one, in standard deviations, 0 or less.
    """

    row: Row
    labels: tuple[int, ...]
    question: int
    rank: int
    score: float

    @property
    def answers(self) -> bool:
        return any(label == ANSWERS for label, span in zip(self.labels, self.row.spans, strict=True) if span)


def pieces_of(snippets: Sequence[Snippet]) -> list[Piece]:
    """Snippets as the model reads them."""
    return [Piece(each.text, " ".join(filter(None, (each.context, each.header)))) for each in snippets]


class RowSearch:
    """Makes rows of what the search finds on one day."""

    def __init__(self, bot: Bot, encoder: RowEncoder, on: date) -> None:
        self._bot, self._encoder, self._on = bot, encoder, on

    def rows(self, question: Question, number: int) -> list[LabelledRow]:
        """Rows of the first PASSAGES_READ passages, best first, and of those down to FURTHER that answer."""
        asked = question.standalone or question.question
        query = self._bot.understand(asked, question.language, NO_SCOPE)
        scored = score_candidates(query, self._bot.index, self._bot.meaning, self._on, PASSAGES_READ)[:FURTHER]
        best = scored[0].passage.score if scored else 0.0
        found = list[LabelledRow]()
        for rank, each in enumerate(scored):
            snippets = find_snippets(each.passage, rank)
            labels = tuple(label_snippets(question, each.passage.source, [snippet.text for snippet in snippets]))
            if labels and (rank < PASSAGES_READ or (ANSWERS in labels and question.kind in ANSWERED)):
                row = self._encoder.row(asked, each.passage.metadata.title, pieces_of(snippets))
                found.append(LabelledRow(row, labels, number, rank, each.passage.score - best))
        return found


def chosen(rows: Sequence[LabelledRow], draw: random.Random, most: int = 4) -> list[LabelledRow]:
    """At most `most` rows of one question to train on: up to half of them answer, the others rank high."""
    answering = [each for each in rows if each.answers]
    others = [each for each in rows if not each.answers]
    kept = answering[:1] + draw.sample(answering[1:], min(len(answering[1:]), most // 2 - 1)) if answering else []
    near = others[: 2 * most]
    return kept + draw.sample(near, min(len(near), most - len(kept)))


def write_rows(path: Path, rows: Sequence[LabelledRow]) -> None:
    """Writes rows as flat arrays, which the training program reads without this project."""
    spans = [
        (number, *span, label)
        for number, each in enumerate(rows)
        for span, label in zip(each.row.spans, each.labels, strict=True)
        if span is not None
    ]
    np.savez(
        path,
        tokens=np.concatenate([np.array(each.row.tokens, np.int32) for each in rows]),
        lengths=np.array([len(each.row.tokens) for each in rows], np.int32),
        seconds=np.array([each.row.second for each in rows], np.int32),
        spans=np.array(spans, np.int32),
        questions=np.array([each.question for each in rows], np.int32),
        scores=np.array([each.score for each in rows], np.float32),
    )
