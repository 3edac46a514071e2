"""What is usual for a language is known at once, whoever looks after it just now."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from store.index import Index
from tests.support.vectors import MemoryVectors, held_in


def test_while_one_question_calculates_anew_the_others_get_what_was_known_last(tmp_path: Path) -> None:
    with held_in(MemoryVectors), closing(Index(tmp_path, "any")) as index:
        index.centroids.means = known = {"zh": np.ones(2, np.float32)}
        index.centroids.sizes = {"zh": 3}
        with index.centroids.looking:
            assert index.centres() is known
        assert index.centres() == {}
