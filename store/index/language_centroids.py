"""Language centroids: for each language, the mean vector of its chunks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

import numpy as np

from store.documents import Metadata
from store.index.state import IndexState
from store.index.vector_store import Vector
from store.vector_worker import VectorsUnavailableError

SAMPLE = 200
"""Chunks sampled per language for its centroid."""
FEW = 50
"""Shrinkage: with this many chunks, a centroid lies halfway to the global one.

With so few chunks the mean shows their topics as much as their language.
"""
RECENTRE = 0.1
"""Relative change in a language's number of chunks that triggers a recalculation."""


class LanguageCentroids:
    """Mean vector of each language's chunks (of a sample), and "" for all languages.

    The cosine of a question with a centroid tells how similar any passage of that language is to it.
    """

    def __init__(self) -> None:
        self.means: dict[str, Vector] = {}
        self.unshrunk: dict[str, Vector] = {}
        self.sizes: dict[str, int] = {}
        self.generation, self.looking = "", Lock()

    def find(self, index: IndexState, documents: Mapping[str, Metadata]) -> dict[str, Vector]:
        """Centroids of an index, recalculated if it changed enough to move them.

        One question at a time looks after that: the others get the last known ones, if there are any.
        """
        if self.generation != index.generation and self.looking.acquire(blocking=not self.means):
            try:
                self.renew(index, documents)
            finally:
                self.looking.release()
        return self.means

    def translate_vector(self, vector: Vector, language: str, other: str) -> Vector | None:
        """Returns the vector of a question, `(dim,)`, as if asked in another language.

        The vectors of a language share a direction, so that any text of it is nearer to a question in it than the text
        that answers in another. Here a mean counts in full, however few chunks it is of.
        None if a language is unknown.
        """
        own, there = self.unshrunk.get(language, self.means.get("")), self.unshrunk.get(other)
        if own is None or there is None:
            return None
        found = vector + there - own
        return np.asarray(found / np.linalg.norm(found), np.float32)

    def renew(self, index: IndexState, documents: Mapping[str, Metadata]) -> None:
        """Renews the means; leaves the last known ones if the vectors cannot be read."""
        generation = index.generation
        if self.generation == generation:  # another question was faster
            return
        sizes = count_embedded_chunks(index, documents)
        with suppress(VectorsUnavailableError):
            if has_changed(self.sizes, sizes):
                self.unshrunk, counts = find_means(index, documents)
                self.means, self.sizes = shrunk(self.unshrunk, counts), sizes
            self.generation = generation


def count_embedded_chunks(index: IndexState, documents: Mapping[str, Metadata]) -> dict[str, int]:
    """Number of embedded chunks per language."""
    sizes: dict[str, int] = {}
    with index.single_reads.admit():
        rows = index.reader().execute(
            "SELECT source, count(*) FROM chunks JOIN documents USING (source) WHERE embedded GROUP BY source"
        )
        counts = rows.fetchall()
    for source, count in counts:
        if source in documents:
            language = documents[source].language
            sizes[language] = sizes.get(language, 0) + count
    return sizes


def find_means(index: IndexState, documents: Mapping[str, Metadata]) -> tuple[dict[str, Vector], dict[str, int]]:
    """Calculates the mean vector of each language, and counts the chunks sampled."""
    keys_of: dict[str, list[str]] = {}
    with index.snapshot() as connection:
        rows = connection.execute(
            "SELECT source, ordinal, c.revision || ':' || ordinal FROM chunks c JOIN documents USING (source)"
            " WHERE embedded"
        )
        for source, _, key in sorted(rows):  # the sample is the same in each database, whatever its order
            if source in documents:
                keys_of.setdefault(documents[source].language, []).append(key)
    samples = {language: found[:: max(1, len(found) // SAMPLE)] for language, found in keys_of.items()}
    means = {language: index.vectors.mean(sample) for language, sample in samples.items()}  # of those still there
    means = {language: mean for language, mean in means.items() if mean.any()}  # others have lost their vectors
    return means, {language: len(samples[language]) for language in means}


def shrunk(means: Mapping[str, Vector], counts: Mapping[str, int]) -> dict[str, Vector]:
    """Centroids of the languages, and "" for all of them; none without means."""
    if not means:
        return {}
    overall = np.average([means[name] for name in means], axis=0, weights=[counts[name] for name in means])
    near = {name: (counts[name] * mean + FEW * overall) / (counts[name] + FEW) for name, mean in means.items()}
    return {**near, "": overall}


def has_changed(before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """True if a language came, went or changed in size enough for a recalculation."""
    if before.keys() != now.keys():
        return True
    return any(abs(now[name] - before[name]) > RECENTRE * before[name] for name in now)
