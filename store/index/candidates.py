"""Candidates for an answer, and the scope of their search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from store.documents import Chunk
from store.embeddings.late_interaction import BinaryTokenVectors


@dataclass(frozen=True)
class Scope:
    """Sources that a question is compared with, by vector.

    `usual`: the sources, each with the similarity that any passage of its language has to the question.
    `language`: that of the question. Texts of the others are also looked for where it would lie if it were asked in
    theirs.
    `whole`: sources whose chunks are all candidates.
    """

    usual: Mapping[str, float]
    language: str = ""
    whole: Collection[str] = ()


@dataclass(frozen=True)
class Candidate:
    """A chunk that may answer a question.

    `similarity`: cosine, -1 to 1; None without a vector.
    `coverage`: share of the question's idf weight that the chunk contains, 0 to 1.
    `terms`: the question's terms that it contains.
    `signs`: its token signs; None if the model shows no tokens, or while it is not embedded.
    """

    source: str
    chunk: Chunk
    similarity: float | None
    coverage: float
    terms: frozenset[str]
    signs: BinaryTokenVectors | None = None
