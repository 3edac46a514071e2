"""Rows for training: few of each question, with one that answers if there is any, and nothing lost in the file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

from evals.independent.labels import ANSWERS, OTHER
from evals.independent.questions import Question
from store.answerability.encoding import Row, RowEncoder
from store.embeddings.tokenizer import tokenizer_of
from store.embeddings.weights import FILE, read_weights
from training.reading import reading_rows
from training.rows import LabelledRow, part_forms, sample_rows, write_rows

VOCABULARY = read_weights(FILE).vocabulary
ENCODER = RowEncoder(VOCABULARY, tokenizer_of(VOCABULARY))


def row(rank: int, *labels: int) -> LabelledRow:
    spans = tuple((3 + 2 * at, 5 + 2 * at) for at in range(len(labels)))
    return LabelledRow(Row(tuple(range(4 + 2 * len(labels))), 3, spans), labels, 7, rank, (-float(rank),) * len(labels))


def test_the_best_row_that_answers_is_always_among_those_chosen() -> None:
    rows = [row(rank, OTHER, ANSWERS if rank in {5, 9, 11} else OTHER) for rank in range(12)]
    kept = sample_rows(rows, random.Random(1), 5)
    assert rows[5] in kept
    assert len(kept) == 5
    assert sum(each.answers for each in kept) == 2


def test_a_question_without_an_answer_gets_the_nearest_that_do_not() -> None:
    kept = sample_rows([row(rank, OTHER) for rank in range(12)], random.Random(1), 5)
    assert len(kept) == 5 and all(each.rank < 10 for each in kept)
    assert sample_rows([], random.Random(1), 5) == []


def test_the_file_has_each_token_span_and_label(tmp_path: Path) -> None:
    rows = [row(0, OTHER, ANSWERS), row(3, ANSWERS)]
    write_rows(tmp_path / "rows.npz", rows)
    data = np.load(tmp_path / "rows.npz")
    assert list(data["lengths"]) == [8, 6]
    assert len(data["tokens"]) == 14
    assert data["spans"].tolist() == [[0, 3, 5, 0], [0, 5, 7, 1], [1, 3, 5, 1]]
    assert list(data["evidence"]) == [0.0, 0.0, -3.0]


def test_reading_data_has_a_row_that_answers_and_one_that_does_not_for_each_question(tmp_path: Path) -> None:
    texts = ["北京是首都。上海是港口。", "广州在南方。上海有外滩。"]
    asked = [{"question": f"问{at}，上海在哪？", "answers": [{"answer_start": 6, "text": "上海"}]} for at in range(30)]
    paragraphs = [{"context": text, "qas": asked} for text in texts]
    data = {"data": [{"title": "城市", "paragraphs": paragraphs}]}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    rows = reading_rows(tmp_path, ENCODER, 60, 100, random.Random(1))
    assert [each.question for each in rows] == [number for number in range(100, 160) for _ in range(2)]
    assert {each.labels for each in rows[::2]} <= {(OTHER, ANSWERS), (ANSWERS,)}
    assert not any(each.answers for each in rows[1::2])


def test_each_part_of_a_question_is_trained_on_as_a_question_of_its_own() -> None:
    lines = ("发改委备案7个工作日。", "商务备案3个工作日。", "备案不收费。")
    document = "outbound/made"
    question = Question.model_validate(
        {
            "id": "q",
            "language": "zh",
            "kind": "answerable",
            "question": "备案要几天？收费吗？",
            "direction": "outbound",
            "answers": [{"document": document, "start": each} for each in lines],
            "parts": [
                {"question": "备案要几天？", "answers": [{"document": document, "start": each} for each in lines[:2]]},
                {"question": "备案收费吗？", "answers": [{"document": document, "start": lines[2]}]},
            ],
        }
    )
    assert [each.text for each in part_forms(question)] == ["备案要几天？", "备案收费吗？"]
    whole = part_forms(question)[0].question
    assert [each.start for each in whole.answers] == list(lines[:2]) and whole.near == ()
