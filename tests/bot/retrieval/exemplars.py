"""Queries with exemplars made by hand."""

from __future__ import annotations

import numpy as np

from bot.query.exemplars import NO_GUIDE, Closeness, Exemplars, fingerprint
from bot.query.query import Query
from evals.independent.guides import lines_of

UNANSWERED = 0.3


def query_close_to(
    lines: dict[str, float | None], text: str = "How long?", language: str = "en", side: int = 0
) -> Query:
    """A query whose closest exemplar of each line has a cosine; None for a known line that answers none.

    All exemplars are about a `side`.
    """
    cosines = np.array([*(0.0 if each is None else each for each in lines.values()), UNANSWERED], np.float32)
    numbers = {
        fingerprint(line): np.array([] if cosine is None else [at], np.int32)
        for at, (line, cosine) in enumerate(lines.items())
    }
    exemplars = Exemplars(
        np.zeros((len(cosines), 2), np.float32),
        numbers,
        np.array([len(lines)], np.int32),
        np.full(len(cosines), NO_GUIDE, np.int16),
        np.full(len(cosines), side, np.int8),
    )
    return Query(text, language, np.ones(2, np.float32), {}, (), asked=text, exemplars=Closeness(exemplars, cosines))


def guide_line(document: str, start: str) -> str:
    """The line of a Chinese guide that begins so; exemplars know it by its words."""
    return next(line for line in lines_of(document) if line.startswith(start))
