"""The bundled model reads any passages, alone or together, on each engine alike."""

from __future__ import annotations

import numpy as np
import pytest

from store.answerability.encoding import Piece, QuestionToRead, Row
from store.answerability.model import (
    BATCH_TOKENS,
    PARAMETERS_FILE,
    BundledModel,
    PassageToRead,
    load_bundled_model,
    pad_length,
    row_batches,
)
from store.embeddings import openvino_graph
from store.embeddings.openvino_network import OpenVinoNetwork
from store.embeddings.parameters import quantise, read_parameters
from store.embeddings.portable_network import PortableNetwork, gelu
from store.embeddings.trained_network import open_network
from store.embeddings.vectors import EngineChoice

QUESTION = QuestionToRead("发改委几个工作日内出具备案通知书？")
PASSAGES = [
    PassageToRead(
        "发改委备案", (Piece("材料齐全的，7个工作日内出具备案通知书。", "要多久？"), Piece("备案不收费。", "收费吗？"))
    ),
    PassageToRead("Pets", (Piece("Cats sleep for most of the day."), Piece("Dogs need a walk."))),
]


@pytest.fixture(scope="module")
def model() -> BundledModel:
    return BundledModel("float32")


def test_the_snippet_that_answers_leads_and_an_unrelated_one_does_not_answer(model: BundledModel) -> None:
    (days, fee), pets = model.scores(QUESTION, PASSAGES)
    assert days is not None and fee is not None
    assert days > 0 > fee
    assert all(score is not None and score < -2 for score in pets)


def test_a_question_is_read_with_what_was_asked_before(model: BundledModel) -> None:
    ((_, alone),) = model.scores(QuestionToRead("那收费吗？"), PASSAGES[:1])
    ((_, after),) = model.scores(QuestionToRead("那收费吗？", "发改委备案要多久？"), PASSAGES[:1])
    assert alone is not None and after is not None
    assert alone != after and after > 0


def test_a_passage_gets_the_same_scores_alone_and_beside_others(model: BundledModel) -> None:
    long = PassageToRead("长", tuple(Piece(f"第{number}条，企业应当报告。") for number in range(12)))
    together = model.scores(QUESTION, [*PASSAGES, long])
    alone = [model.scores(QUESTION, [each])[0] for each in (*PASSAGES, long)]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_scores_in_whole_numbers_are_those_of_float32_but_for_rounding(
    model: BundledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino_graph, "takes_whole_numbers", lambda: True)
    for rounded, exact in zip(BundledModel().scores(QUESTION, PASSAGES), model.scores(QUESTION, PASSAGES), strict=True):
        assert rounded == pytest.approx(exact, abs=0.5)


def test_no_passages_and_passages_without_words_give_no_scores(model: BundledModel) -> None:
    assert model.scores(QUESTION, []) == []
    assert model.scores(QUESTION, [PassageToRead("", ()), PassageToRead("空", (Piece(""),))]) == [(), (None,)]


def test_the_portable_engine_gives_nearly_the_same_scores(model: BundledModel) -> None:
    portable = BundledModel("portable").scores(QUESTION, PASSAGES)
    for one, other in zip(portable, model.scores(QUESTION, PASSAGES), strict=True):
        assert one == pytest.approx(other, abs=0.05)


@pytest.mark.parametrize(("engine", "kind"), [("auto", OpenVinoNetwork), ("portable", PortableNetwork)])
def test_the_setting_chooses_what_runs_the_network(engine: EngineChoice, kind: type, model: BundledModel) -> None:
    assert isinstance(open_network(model._parameters, model._weights.shape, engine), kind)


def test_one_process_has_one_model() -> None:
    assert load_bundled_model("auto") is load_bundled_model("auto")


def test_batches_hold_each_row_with_a_snippet_once_and_are_no_larger_than_allowed() -> None:
    rows = [Row(tuple(range(length)), 1, ((1, 2),) if length % 2 else (None,)) for length in range(3, 380, 7)]
    found = list(row_batches(rows))
    assert sorted(number for batch in found for number in batch) == [n for n, row in enumerate(rows) if any(row.spans)]
    for batch in found:
        most = pad_length(max(len(rows[number].tokens) for number in batch))
        assert len(batch) * most <= BATCH_TOKENS or len(batch) == 1
    assert max(map(len, found)) > 1


def test_eight_bits_keep_a_matrix_to_half_a_step_and_other_values_as_they_are() -> None:
    draw = np.random.default_rng(1)
    matrix, bias = draw.normal(size=(8, 64)).astype(np.float32), draw.normal(size=8).astype(np.float32)
    kept = quantise("l0.q.w", matrix)
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    values = kept["l0.q.w"].astype(np.float32) * kept["l0.q.w.scale"].astype(np.float32)
    assert np.all(np.abs(values - matrix) <= 0.56 * step), "half a step, and the rounding of the scale"
    assert np.array_equal(quantise("l0.q.b", bias)["l0.q.b"], bias)
    assert not quantise("l0.q.w", np.zeros((2, 4), np.float32))["l0.q.w"].any()


def test_the_file_is_small_enough_to_ship() -> None:
    assert PARAMETERS_FILE.stat().st_size < 25e6
    assert read_parameters(PARAMETERS_FILE).floats("segments").shape == (2, 384)


def test_the_unit_of_the_inner_layer_is_exact_to_six_digits() -> None:
    assert gelu(np.array([-2.0, 0.0, 1.0], np.float32)) == pytest.approx([-0.0455003, 0.0, 0.8413447], abs=1e-6)
