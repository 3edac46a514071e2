"""The bundled model with a memory on disk: a text that an earlier run of the tests has embedded is not embedded again.

For tests on much real text. A text has one vector, so that this changes no result; a new text is embedded as ever.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np

from settings import Settings
from store.embeddings import BUNDLED_MODEL, Embedder
from store.embeddings.e5 import E5
from store.embeddings.late_interaction import BinaryTokenVectors
from store.embeddings.vectors import Floats

Remembered = tuple[Floats, BinaryTokenVectors | None]


class Remembering(E5):
    def __init__(self, folder: Path) -> None:
        engine = Settings().embedding_engine
        super().__init__(engine)
        self.file = folder / f"{engine}.sqlite"
        with self.opened() as memory:
            memory.execute("CREATE TABLE IF NOT EXISTS embedded (text BLOB PRIMARY KEY, found BLOB) WITHOUT ROWID")

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=60)) as memory, memory:
            yield memory

    def passages(
        self, texts: Sequence[str], background: bool = False
    ) -> tuple[Floats, Sequence[BinaryTokenVectors] | None]:
        keys = [sha256(text.encode()).digest() for text in texts]
        with self.opened() as memory:
            asked = (
                (key, memory.execute("SELECT found FROM embedded WHERE text = ?", (key,)).fetchone()) for key in keys
            )
            found: dict[bytes, Remembered] = {key: pickle.loads(row[0]) for key, row in asked if row}  # noqa: S301
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            vectors, signs = super().passages(list(new.values()), background)
            embedded = dict(zip(new, zip(vectors, signs or [None] * len(new), strict=True), strict=True))
            with self.opened() as memory:
                rows = [(key, pickle.dumps(each)) for key, each in embedded.items()]
                memory.executemany("INSERT OR IGNORE INTO embedded VALUES (?, ?)", rows)
            found |= embedded
        signs = [sign for key in keys if (sign := found[key][1]) is not None]
        return np.stack([found[key][0] for key in keys]), signs if len(signs) == len(keys) else None


def remembering(folder: Path) -> Embedder:
    return Embedder(Remembering(folder), BUNDLED_MODEL)
