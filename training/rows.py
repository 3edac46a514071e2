"""Training rows: questions with passages of the real search, and snippet labels.

Negatives are hard: what the search finds for the question and does not answer it, such as another line of the same
guide, the same line of another country, or the guide for the other direction.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from bot.answer import Turn
from bot.pipeline import Bot
from bot.query.query import Query
from bot.retrieval.hybrid_search import score_candidates
from bot.retrieval.shortlist import merge_readings, shortlist
from bot.retrieval.snippet_ranking import to_piece
from bot.retrieval.snippets import Snippet, find_snippets
from evals.independent.guides import plain
from evals.independent.labels import ANSWERS, OPEN, OTHER, label_snippets
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Kind, Question
from store.answerability.encoding import QuestionToRead, Row, RowEncoder
from store.documents import Passage

FURTHER = 60
"""Maximum rank of a further passage that answers."""
FURTHER_SNIPPETS = 3
"""Snippets of such a passage that are shown beside answering ones."""
MISSING_PASSAGES, MISSING_ROWS, SILENT_SHARE = 6, 4, 1 / 8
"""Passages searched for missing facts, rows per question, share of empty rows.

Rows about what is missing after a given snippet; empty ones add nothing.
"""
Labeller = Callable[[Question, str, Sequence[str]], list[int]]
"""Labels the snippets of a document, given by its source, for a question."""


@dataclass(frozen=True)
class LabelledRow:
    """A row with the label of each of its spans.

    `question`: number of its question. `rank`: place of the passage in the search, from 0.
    `evidence`: for each span how far the search puts it behind its best snippet, in points, 0 or less.
    `is_given`: whether it asks what is missing after a snippet that answers.
    """

    row: Row
    labels: tuple[int, ...]
    question: int
    rank: int
    evidence: tuple[float, ...]
    is_given: bool = False

    @property
    def answers(self) -> bool:
        """True if a span that was not left out of the row answers."""
        return any(label == ANSWERS for label, span in zip(self.labels, self.row.spans, strict=True) if span)


@dataclass(frozen=True)
class LabelledSnippets:
    """Snippets of a passage with labels. `rank`: of the passage, from 0."""

    passage: Passage
    rank: int
    labels: Mapping[Snippet, int]


@dataclass(frozen=True)
class Asked:
    """A question as asked: with its conversation, or in standalone form."""

    question: Question
    text: str
    history: tuple[Turn, ...] = ()


def forms(question: Question) -> list[Asked]:
    """A question as it was asked, and a follow-up in its standalone form as well."""
    asked = [Asked(question, question.question, tuple(history(question)))]
    return [*asked, Asked(question, question.standalone)] if question.standalone else asked


def part_forms(question: Question) -> list[Asked]:
    """The parts of a question, each as a question of its own.

    A line that answers the whole, and no one knows which part of it, counts neither way.
    """
    named = {line for part in question.parts for line in part.answers}
    unclear = tuple(line for line in question.answers if line not in named)
    return [
        Asked(
            question.model_copy(
                update={
                    "question": part.question,
                    "kind": Kind.ANSWERABLE if part.answers else Kind.UNKNOWN,
                    "history": (),
                    "answers": part.answers,
                    "near": (*question.near, *unclear),
                    "parts": (),
                    "figures": (),
                }
            ),
            part.question,
        )
        for part in question.parts
    ]


def after_another(question: Question, other: Question) -> Asked:
    """A question asked after one on another subject, which must not count."""
    return Asked(question, question.question, (Turn("user", other.question), Turn("assistant", "…")))


class RowSearch:
    """Makes rows of search results of one day, down to rank `further`.

    `label` labels their snippets.
    """

    def __init__(
        self, bot: Bot, encoder: RowEncoder, on: date, label: Labeller = label_snippets, further: int = FURTHER
    ) -> None:
        self._bot, self._encoder, self._on, self._label, self._further = bot, encoder, on, label, further

    def rows(self, asked: Asked, number: int, given: int = 0) -> list[LabelledRow]:
        """Rows of the shortlisted snippets by passage, best first.

        Further answering ones are included. Rows that ask what is still missing after an answering snippet come last,
        for `given` answering snippets.
        """
        bot, question = self._bot, asked.question
        put = bot.understanding().interpret(asked.text, question.language, asked.history, "")
        found = merge_readings(
            score_candidates(reading, bot.index, bot.embedding_model, self._on, self._further)
            for reading in without_exemplars(put.readings)
        )
        listed = shortlist(found, bot.embedding_model)
        best = listed[0].evidence if listed else 0.0
        evidence = {each.snippet: each.evidence - best for each in listed}
        labelled = list[LabelledSnippets]()
        for rank, each in enumerate(found[: self._further]):
            snippets = find_snippets(each.passage, rank)
            labels = dict(
                zip(snippets, self._label(question, each.passage.source, [s.text for s in snippets]), strict=True)
            )
            shown = [snippet for snippet in snippets if snippet in evidence]
            if not shown and question.kind in ANSWERED and ANSWERS in labels.values():
                others = [snippet for snippet in snippets if labels[snippet] != ANSWERS][:FURTHER_SNIPPETS]
                shown = [snippet for snippet in snippets if labels[snippet] == ANSWERS or snippet in others]
            if shown:
                labelled.append(LabelledSnippets(each.passage, rank, {each: labels[each] for each in shown}))
        read = put.to_read()
        rows = [self._row(read, own, number, evidence) for own in labelled]
        answering = [(own, snippet) for own in labelled for snippet, label in own.labels.items() if label == ANSWERS]
        for own, snippet in answering[:given]:
            missing = replace(read, given=snippet.text)
            rows += [
                self._row(missing, replace(other, labels=left), number, evidence)
                for other in labelled[:MISSING_PASSAGES]
                for left in [missing_labels(question, other, own.passage.source, snippet)]
                if left
            ]
        return rows

    def _row(
        self, read: QuestionToRead, own: LabelledSnippets, number: int, evidence: Mapping[Snippet, float]
    ) -> LabelledRow:
        """Row of the snippets of one passage."""
        row = self._encoder.row(read, own.passage.metadata.title, list(map(to_piece, own.labels)))
        lags = tuple(evidence.get(snippet, 0.0) for snippet in own.labels)
        return LabelledRow(row, tuple(own.labels.values()), number, own.rank, lags, bool(read.given))


def without_exemplars(readings: Sequence[Query]) -> list[Query]:
    """Readings without exemplars; a training question would find itself there."""
    return [replace(reading, exemplars=None) for reading in readings]


def missing_labels(question: Question, other: LabelledSnippets, source: str, given: Snippet) -> dict[Snippet, int]:
    """Labels of snippets after one was given: those that add missing facts.

    A snippet adds something if it answers a part that the given one does not, or has a figure of the answer that the
    given one lacks. One that answers and has no such figure adds nothing if the given one has all of them; else nobody
    knows. `source` is the document of the given snippet.
    """
    parts = [each.question for each in part_forms(question)]
    done = [label_snippets(part, source, [given.text])[0] == ANSWERS for part in parts]
    figures = [plain(each) for each in question.figures]
    missing = [figure for figure in figures if figure not in plain(given.text)]
    labels = dict[Snippet, int]()
    for snippet, label in other.labels.items():
        if snippet.text == given.text:
            continue
        if label == ANSWERS and parts:
            own = [label_snippets(part, other.passage.source, [snippet.text])[0] == ANSWERS for part in parts]
            adds = any(has and not had for has, had in zip(own, done, strict=True))
            labels[snippet] = ANSWERS if adds else OTHER if any(own) and any(done) else OPEN
        elif label == ANSWERS:
            adds = any(figure in plain(snippet.text) for figure in missing)
            labels[snippet] = ANSWERS if adds else OTHER if figures and not missing else OPEN
        else:
            labels[snippet] = label
    return labels


def sample_rows(rows: Sequence[LabelledRow], draw: random.Random, most: int) -> list[LabelledRow]:
    """At most `most` rows of a question, and some of what is missing after a snippet.

    Up to half of the former answer, the others rank high.
    """
    first, missing = ([each for each in rows if each.is_given is given] for given in (False, True))
    adding = [each for each in missing if each.answers]
    silent = [each for each in missing if not each.answers and draw.random() < SILENT_SHARE]
    return [*sample_mixture(first, draw, most), *adding[:MISSING_ROWS], *silent[:1]]


def sample_mixture(rows: Sequence[LabelledRow], draw: random.Random, most: int) -> list[LabelledRow]:
    """Returns at most `most` rows: answering ones up to half, others that rank high."""
    answering = [each for each in rows if each.answers]
    others = [each for each in rows if not each.answers]
    kept = answering[:1] + draw.sample(answering[1:], min(len(answering[1:]), most // 2 - 1)) if answering else []
    near = others[: 2 * most]
    return kept + draw.sample(near, min(len(near), most - len(kept)))


def write_rows(path: Path, rows: Sequence[LabelledRow]) -> None:
    """Writes rows as flat arrays for the training script."""
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
