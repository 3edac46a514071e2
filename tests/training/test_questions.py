"""What the question encoder is trained on, and what the program gets of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.query.exemplars import OUTBOUND
from store.embeddings.parameters import read_parameters
from store.embeddings.question_encoder import PARAMETERS_FILE
from store.embeddings.weights import FILE, read_weights
from training import questions
from training.exemplars import GuideLine
from training.network import initial_arrays
from training.questions import LINE_TOKENS, layers_of, line_tokens, number_lines, pack_questions


def test_the_program_gets_the_trained_layers_and_the_main_directions_of_the_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "PARAMETERS_FILE", tmp_path / "packed.npz")
    monkeypatch.setattr(questions, "DIMENSIONS", 2)
    layer = np.random.default_rng(1).normal(size=(6, 6)).astype(np.float32)
    np.savez(tmp_path / "trained-questions.npz", **{"l9.q.w": layer, "l9.q.b": np.ones(6, np.float32)})
    vectors = np.zeros((30, 6), np.float16)
    vectors[:20, 4], vectors[20:, 1] = 1, 1
    np.save(tmp_path / "question-vectors.npy", vectors)
    pack_questions(tmp_path)
    packed = read_parameters(tmp_path / "packed.npz")
    assert packed.floats("l9.q.w") == pytest.approx(layer, abs=0.03)
    mapped = vectors.astype(np.float32) @ packed.floats("score.w").T
    assert np.abs(mapped[0]) == pytest.approx([1, 0], abs=0.01)
    assert np.abs(mapped[-1]) == pytest.approx([0, 1], abs=0.01)


def test_lines_are_numbered_once_each() -> None:
    assert number_lines([("b", 2), ("a", 9), ("b", 2)]) == {("a", 9): 0, ("b", 2): 1}


def test_a_line_is_read_below_its_heading_and_a_long_one_is_cut() -> None:
    weights = read_weights(FILE)
    short, long = (
        line_tokens(GuideLine("g.zh.md", "zh", OUTBOUND, ("g", 1), text, "要多久？"), weights)
        for text in ("7个工作日。", "材料齐全的，" * 200)
    )
    assert len(short) < 20 < len(long) == LINE_TOKENS
    assert (short[0], short[-1]) == (long[0], long[-1]) == (weights.vocabulary.begin, weights.vocabulary.end)


def test_training_starts_with_the_embedding_model_and_only_the_words_that_occur() -> None:
    weights = read_weights(FILE)
    arrays = initial_arrays(weights, np.array([5, 900]))
    assert arrays["words"].shape == (2, weights.shape.width)
    assert {"emb.pos", "l0.q.w", "l11.oln.b"} < arrays.keys()
    assert "score.w" not in arrays


def test_training_goes_on_with_the_layers_that_come_with_the_program() -> None:
    weights = read_weights(FILE)
    initial = initial_arrays(weights, np.array([5, 900]))
    layers = layers_of(read_parameters(PARAMETERS_FILE), initial)
    assert "l6.q.w" in layers and "l5.q.w" not in layers and "score.w" not in layers
    assert all(layers[name].shape == initial[name].shape for name in layers)
    assert np.abs(layers["l11.fi.w"] - initial["l11.fi.w"]).max() > 0
