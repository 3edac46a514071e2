"""Questions that the same line answers have close vectors, on each engine alike."""

from __future__ import annotations

import numpy as np
import pytest

from store.embeddings import openvino_graph
from store.embeddings.parameters import read_parameters
from store.embeddings.question_encoder import (
    LONGEST,
    PARAMETERS_FILE,
    QuestionEncoder,
    question_encoder,
    question_tokens,
    with_lower_layers,
)
from store.embeddings.weights import FILE, read_weights

CAPITAL = ("公司成立几年内要把注册资本交齐", "By when do we have to pay in the capital of the new company?")
VISA = "Can our engineer travel to China without a visa?"


@pytest.fixture(scope="module")
def encoder() -> QuestionEncoder:
    return QuestionEncoder("float32")


def test_questions_with_one_answer_are_close_across_languages_and_others_are_not(encoder: QuestionEncoder) -> None:
    one, other, visa = map(encoder.vector, (*CAPITAL, VISA))
    assert one @ other > 0.5
    assert max(one @ visa, other @ visa) < 0.3
    assert np.linalg.norm(one) == pytest.approx(1.0)
    assert one.shape == (256,)


@pytest.mark.parametrize("text", ["", " ", "?", "税" * 2_000, "\x00</s><pad>"])
def test_any_text_has_a_vector(encoder: QuestionEncoder, text: str) -> None:
    assert np.isfinite(encoder.vector(text)).all()
    assert len(question_tokens(text, read_weights(FILE))) <= LONGEST


def test_of_a_long_text_the_end_is_read_below_the_role(encoder: QuestionEncoder) -> None:
    before = "我们公司去年在越南设了厂，今年又在泰国买了地，还没有建。" * 20
    tokens = question_tokens(before + VISA, read_weights(FILE))
    assert len(tokens) == LONGEST
    assert tokens[:3] == question_tokens(VISA, read_weights(FILE))[:3]
    assert tokens[-8:] == question_tokens(VISA, read_weights(FILE))[-8:]


def test_the_portable_engine_and_whole_numbers_give_nearly_the_same_vectors(
    encoder: QuestionEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino_graph, "takes_whole_numbers", lambda: True)
    for other in (QuestionEncoder("portable"), QuestionEncoder()):
        assert other.vector(VISA) @ encoder.vector(VISA) > 0.99


def test_one_process_has_one_encoder() -> None:
    assert question_encoder() is question_encoder()


def test_the_file_is_small_since_it_has_only_the_layers_that_were_trained() -> None:
    assert PARAMETERS_FILE.stat().st_size < 12e6
    own, weights = read_parameters(PARAMETERS_FILE), read_weights(FILE)
    whole = with_lower_layers(own, weights.tensors)
    assert "l0.q.w" not in own.arrays and "l11.q.w" in own.arrays
    for name in ("l0.q.w", "l0.fi.w", "l0.q.b", "l0.aln.w", "emb.ln.b"):
        assert whole.floats(name).ravel() == pytest.approx(weights.tensors.floats(name), abs=0.02)
