"""Training rows from data in SQuAD format; sentences of a paragraph are snippets.

Each question has a row of its own paragraph, and one of another paragraph that shares most words with it and does not
answer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.independent.labels import ANSWERS, OTHER
from store.answerability.encoding import Piece, QuestionToRead, RowEncoder
from store.index import terms
from text.sentences import sentence_spans
from training.rows import LabelledRow

MOST_SHOWN = 7
"""Most sentences of a row; the list that is read has sixteen from twelve passages."""
COMPARED = 40
"""Number of paragraphs among which the most similar one is searched for."""
TITLED = 1 / 2
"""Share of rows with the title of the article; files often have no telling title."""


@dataclass(frozen=True)
class Reading:
    """A question about paragraph `at` of an article; `start` of its answer in it."""

    title: str
    article: Sequence[str]
    at: int
    question: str
    start: int


def reading_rows(folder: Path, encoder: RowEncoder, most: int, first: int, draw: random.Random) -> list[LabelledRow]:
    """Rows of at most `most` questions of each file; numbered from `first`."""
    rows, number = list[LabelledRow](), first
    for path in sorted(folder.glob("*.json")):
        asked = list(questions(json.loads(path.read_text(encoding="utf-8"))["data"]))
        everywhere = list({paragraph for each in asked for paragraph in each.article})
        for each in draw.sample(asked, min(most, len(asked))):
            own = each.article[each.at]
            others = [other for other in each.article if other != own][:COMPARED]
            others += [other for other in draw.sample(everywhere, min(COMPARED, len(everywhere))) if other != own]
            rows += [reading_row(encoder, each, own, number, draw)]
            if others:
                near = max(others, key=lambda other: measure_shared_words(each.question, other))
                rows += [reading_row(encoder, each, near, number, draw)]
            number += 1
    return rows


def questions(data: list[dict[str, Any]]) -> Iterator[Reading]:
    """Answered questions of a file."""
    for article in data:
        paragraphs, title = [each["context"] for each in article["paragraphs"]], article.get("title", "")
        for at, paragraph in enumerate(article["paragraphs"]):
            for each in paragraph["qas"]:
                if each["answers"]:
                    yield Reading(title, paragraphs, at, each["question"], each["answers"][0]["answer_start"])


def reading_row(encoder: RowEncoder, asked: Reading, shown: str, number: int, draw: random.Random) -> LabelledRow:
    """Row of a question, with the answering sentence and similar ones of a paragraph."""
    is_own = shown == asked.article[asked.at]
    spans = [span for span in sentence_spans(shown) if shown[slice(*span)].strip()]
    answering = {span for span in spans if is_own and span[0] <= asked.start < span[1]}
    near = sorted(set(spans) - answering, key=lambda span: -measure_shared_words(asked.question, shown[slice(*span)]))
    kept = {*answering, *near[: draw.randint(1, MOST_SHOWN)]}
    listed = [span for span in spans if span in kept]
    labels = tuple(ANSWERS if span in answering else OTHER for span in listed)
    title = asked.title if draw.random() < TITLED else ""
    row = encoder.row(QuestionToRead(asked.question), title, [Piece(shown[begin:end].strip()) for begin, end in listed])
    return LabelledRow(row, labels, number, 0, (0.0,) * len(labels))


def measure_shared_words(question: str, text: str) -> float:
    """Share of the words of a question that a text has too."""
    wanted = words(question)
    return len(wanted & words(text)) / max(1, len(wanted))


@lru_cache(100_000)
def words(text: str) -> frozenset[str]:
    """Returns the terms of a text, as the index searches for them, each once."""
    return frozenset(terms(text))
