"""Question vectors of earlier runs.

A new batch adds some hundred to 68,000, which take ten minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.query.exemplars import LEVELS
from bot.query.query import EmbeddingModel
from store.embeddings.question_encoder import PARAMETERS_FILE
from store.embeddings.vectors import Floats


def embed_questions(texts: Sequence[str], embedding_model: EmbeddingModel, folder: Path) -> Floats:
    """Returns the vectors of questions, `(n, k)`, in steps of `1 / LEVELS`.

    Those of texts that an earlier run in `folder` embedded with the same question encoder are read from there.
    """
    encoder = blake2b(PARAMETERS_FILE.read_bytes(), digest_size=8).hexdigest()
    path = folder / f"question_vectors-{encoder}.npz"
    known = read_known(path)
    for text in dict.fromkeys(texts):
        if (number := number_of(text)) not in known:
            known[number] = np.rint(np.asarray(embedding_model.question_vector(text)) * LEVELS).astype(np.int8)
    np.savez(path, numbers=np.array(list(known), np.uint64), steps=np.array(list(known.values())))
    return np.array([known[number_of(text)] for text in texts], np.float32) / LEVELS


def read_known(path: Path) -> dict[int, NDArray[np.int8]]:
    """Returns the vectors of a file, `(k,)` of int8, by the number of their text.

    {} if there is no file.
    """
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as state:
        return dict(zip(state["numbers"].tolist(), state["steps"], strict=True))


def number_of(text: str) -> int:
    """Returns a number that stands for a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
