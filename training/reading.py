"""Rows of reading data in the SQuAD format: each sentence of a paragraph is a snippet.

A third of the questions get another paragraph of their article, the one that shares most words, and no answer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.independent.drafts import likeness, pieces
from evals.independent.labels import ANSWERS, OTHER
from store.answerability.encoding import Piece, QuestionToRead, RowEncoder
from text.sentences import sentence_spans
from training.rows import LabelledRow

UNANSWERED = 1 / 3


@dataclass(frozen=True)
class Reading:
    """A question about one paragraph of an article; `start`: where its answer begins there."""

    article: Sequence[str]
    at: int
    question: str
    start: int


def reading_rows(folder: Path, encoder: RowEncoder, most: int, first: int, draw: random.Random) -> list[LabelledRow]:
    """At most `most` rows of each file; questions are counted from `first`."""
    kept = list[Reading]()
    for path in sorted(folder.glob("*.json")):
        asked = list(questions(json.loads(path.read_text(encoding="utf-8"))["data"]))
        kept += draw.sample(asked, min(most, len(asked)))
    return [reading_row(encoder, each, number, draw) for number, each in enumerate(kept, start=first)]


def questions(data: list[dict[str, Any]]) -> Iterator[Reading]:
    """Answered questions of a file."""
    for article in data:
        paragraphs = [each["context"] for each in article["paragraphs"]]
        for at, paragraph in enumerate(article["paragraphs"]):
            for each in paragraph["qas"]:
                if each["answers"]:
                    yield Reading(paragraphs, at, each["question"], each["answers"][0]["answer_start"])


def reading_row(encoder: RowEncoder, asked: Reading, number: int, draw: random.Random) -> LabelledRow:
    """Row of a question with its own paragraph, or with one that does not answer it."""
    shown, is_answered = asked.article[asked.at], True
    others = [each for place, each in enumerate(asked.article) if place != asked.at]
    if others and draw.random() < UNANSWERED:
        wanted = pieces(asked.question)
        shown, is_answered = max(others, key=lambda each: likeness(wanted, pieces(each))), False
    spans = list(sentence_spans(shown))
    labels = tuple(ANSWERS if is_answered and begin <= asked.start < end else OTHER for begin, end in spans)
    row = encoder.row(QuestionToRead(asked.question), "", [Piece(shown[begin:end].strip()) for begin, end in spans])
    return LabelledRow(row, labels, number, 0, (0.0,) * len(labels))
