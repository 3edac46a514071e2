"""On processors without units for bfloat16 the networks compute in 8-bit whole numbers, and say nearly the same."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np
import pytest

from store.answerability.model import PARAMETERS_FILE
from store.embeddings import openvino_graph
from store.embeddings.openvino_engine import OpenVinoEngine
from store.embeddings.parameters import read_parameters
from store.embeddings.vectors import normalise
from store.embeddings.weights import FILE, read_weights

TEXTS = (
    "发展改革委的境外投资备案通知书，在受理后7个工作日内出具。",
    "Corporate tax in Vietnam is 20%.",
    "O visto de trabalho exige um contrato.",
)


@pytest.mark.parametrize(
    ("machine", "flags", "expected"),
    [
        ("x86_64", "flags : avx2 avx512_bf16 avx512_vnni", True),
        ("x86_64", "flags : avx512_bf16 amx_bf16 amx_tile", False),
        ("AMD64", None, True),
        ("aarch64", "Features : asimd", False),
    ],
)
def test_whole_numbers_are_for_processors_without_units_for_bfloat16(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str, flags: str | None, expected: bool
) -> None:
    monkeypatch.setattr(openvino_graph, "CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    if flags is not None:
        (tmp_path / "cpuinfo").write_text(flags, encoding="utf-8")
    assert openvino_graph.takes_whole_numbers() is expected


def test_the_weights_are_the_same_in_whole_numbers() -> None:
    tensors, parameters, name = read_weights(FILE).tensors, read_parameters(PARAMETERS_FILE), "l3.fi.w"
    for named in (tensors, parameters):
        numbers, scales = named.whole_numbers(name)
        assert numbers.dtype == np.int8
        assert np.array_equal((numbers * scales).ravel(), named.floats(name).ravel())


def test_vectors_in_whole_numbers_are_those_of_float32_but_for_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino_graph, "takes_whole_numbers", lambda: True)
    (rounded, _), (exact, _) = (
        OpenVinoEngine(read_weights(FILE), precision).passages(TEXTS) for precision in ("", "f32")
    )
    assert (normalise(rounded) * normalise(exact)).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
