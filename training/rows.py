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

from bot.answer import Answer, Turn
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.hybrid_search import score_candidates
from bot.retrieval.shortlist import PASSAGES_READ, merge_readings, shortlist
from bot.retrieval.snippet_ranking import to_piece
from bot.retrieval.snippets import find_snippets
from evals.independent.labels import ANSWERS, label_snippets
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Question
from store.answerability.encoding import Row, RowEncoder

FURTHER = 60
"""Rank up to which a passage that answers is taken as well."""
FURTHER_SNIPPETS = 3
"""Snippets of such a passage that are shown beside those that answer."""


@dataclass(frozen=True)
class LabelledRow:
    """A row with the label of each of its spans.

    `question`: number of its question. `rank`: place of the passage in the search, from 0.
    `evidence`: for each span how far the search puts it behind its best snippet, in standard deviations, 0 or less.
    """

    row: Row
    labels: tuple[int, ...]
    question: int
    rank: int
    evidence: tuple[float, ...]

    @property
    def answers(self) -> bool:
        return any(label == ANSWERS for label, span in zip(self.labels, self.row.spans, strict=True) if span)


@dataclass(frozen=True)
class Asked:
    """A question as it is put: with the conversation before it, or in its standalone form without one."""

    question: Question
    text: str
    history: tuple[Turn, ...] = ()


def forms(question: Question) -> list[Asked]:
    """A question as it was asked, and a follow-up in its standalone form as well."""
    asked = [Asked(question, question.question, tuple(history(question)))]
    return [*asked, Asked(question, question.standalone)] if question.standalone else asked


def after_another(question: Question, other: Question) -> Asked:
    """A question asked after one on another subject, which must not count."""
    return Asked(question, question.question, (Turn("user", other.question), Turn("assistant", "…")))


class RowSearch:
    """Makes rows of what the search finds on one day."""

    def __init__(self, bot: Bot, encoder: RowEncoder, on: date) -> None:
        self._bot, self._encoder, self._on = bot, encoder, on

    def rows(self, asked: Asked, number: int) -> list[LabelledRow]:
        """Rows of the snippets on the shortlist by passage, best first, and of passages down to FURTHER that answer."""
        bot, question = self._bot, asked.question
        draft = Answer(asked.text, asked.text, question.language, Outcome.FAILED, "")
        put = bot.asked(draft, asked.history, "")
        found = merge_readings(
            (reading, preference, score_candidates(reading, bot.index, bot.meaning, self._on, PASSAGES_READ)[:FURTHER])
            for reading, preference in put.readings
        )
        listed = shortlist(found, bot.meaning)
        best = listed[0].evidence if listed else 0.0
        evidence = {each.unit: each.evidence - best for each in listed}
        rows = list[LabelledRow]()
        for rank, each in enumerate(found[:FURTHER]):
            snippets = find_snippets(each.passage, rank)
            labels = dict(
                zip(snippets, label_snippets(question, each.passage.source, [s.text for s in snippets]), strict=True)
            )
            shown = [snippet for snippet in snippets if snippet in evidence]
            if not shown and question.kind in ANSWERED and ANSWERS in labels.values():
                others = [snippet for snippet in snippets if labels[snippet] != ANSWERS][:FURTHER_SNIPPETS]
                shown = [snippet for snippet in snippets if labels[snippet] == ANSWERS or snippet in others]
            if shown:
                row = self._encoder.row(asked.text, each.passage.metadata.title, list(map(to_piece, shown)), put.before)
                lags = tuple(evidence.get(snippet, 0.0) for snippet in shown)
                rows.append(LabelledRow(row, tuple(labels[snippet] for snippet in shown), number, rank, lags))
        return rows


def chosen(rows: Sequence[LabelledRow], draw: random.Random, most: int = 5) -> list[LabelledRow]:
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
    evidence = [lag for each in rows for lag, span in zip(each.evidence, each.row.spans, strict=True) if span]
    np.savez(
        path,
        tokens=np.concatenate([np.array(each.row.tokens, np.int32) for each in rows]),
        lengths=np.array([len(each.row.tokens) for each in rows], np.int32),
        seconds=np.array([each.row.second for each in rows], np.int32),
        spans=np.array(spans, np.int32),
        questions=np.array([each.question for each in rows], np.int32),
        evidence=np.array(evidence, np.float32),
    )
