"""A question is embedded once; the next run only embeds what is new."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from store.embeddings import BUNDLED_MODEL, Embedder
from store.embeddings.e5 import E5
from store.embeddings.vectors import Floats
from training.known_vectors import embed_questions


class Counted(Embedder):
    """The bundled model; remembers which questions it was given."""

    def __init__(self) -> None:
        super().__init__(E5(), BUNDLED_MODEL)
        self.given: list[str] = []

    def question_vector(self, text: str) -> Floats | None:
        self.given.append(text)
        return super().question_vector(text)


def test_a_later_run_embeds_only_new_questions_and_gives_the_same_vectors(tmp_path: Path) -> None:
    model = Counted()
    first = embed_questions(["备案要几天？", "VAT in Brazil?", "备案要几天？"], model, tmp_path)
    again = embed_questions(["VAT in Brazil?", "Visa?", "备案要几天？"], model, tmp_path)
    assert model.given == ["备案要几天？", "VAT in Brazil?", "Visa?"]
    assert np.array_equal(first[[1, 0]], again[[0, 2]])
    real = super(Counted, model).question_vector("Visa?")
    assert real is not None
    assert np.abs(again[1] - real).max() <= 0.5 / 127 + 1e-6


def test_another_encoder_has_vectors_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "question_vectors-of_another.npz").write_bytes(b"never read")
    assert embed_questions(["Visa?"], Counted(), tmp_path).shape[0] == 1
