"""Whether two questions mean the same: one that was asked, and one for which the center wrote the answer.

A wrong answer in the center's name costs more than the usual one, so that doubt counts against it. What both name must
agree (`naming`). Within a language their words must, in one order (`wording`): the model tells 备案 from 核准, work
from study and who pays from who is paid by less than it tells two wordings apart. Across languages their meaning must,
by vector and by token, and there must be no two whose roles might be swapped (`roles`). The bars come from
`python -m evals curated`; see docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.curated.facets import agree, named
from bot.curated.normalise import wording
from bot.curated.roles import may_be_swapped
from bot.query.query import Meaning, Question
from bot.retrieval.scoring import UNRELATED
from store.embeddings.late_interaction import Tokens
from store.index import Vector

AGREEMENT = 0.70
"""How well the tokens of each question agree with the other's at least, in another language."""
ABOVE = 0.04
"""How much more similar than usual the two are at least: the cosine of any two texts is high."""
LIKE_ITSELF = 0.70
"""How well the tokens agree at least where the words are the same; it cannot tell swapped roles (.97 and more)."""

Verdict = Literal["same", "named", "words", "roles", "meaning"]
"""Why a question means the same as another or, in what they name, in its words, in who may do what to whom, or in its
meaning, does not."""


@dataclass(frozen=True)
class Compared:
    """How close two questions are, from 0 to 1 (most are above 0.5), and what comes of it."""

    closeness: float
    verdict: Verdict


def means_the_same(asked: Question, other: str, meaning: Meaning, typical: Mapping[str, float]) -> bool:
    """Whether a question means the same as another one, looking no further than needed.

    `typical` says how similar any text of a language is to the question, under "" of any language.
    """
    return judged(asked, other, meaning, typical) == "same"


def judged(asked: Question, other: str, meaning: Meaning, typical: Mapping[str, float]) -> Verdict:
    own, theirs = named(asked.text), named(other)
    if not agree(own, theirs):
        return "named"
    if own.language == theirs.language:
        if wording(asked.text) != wording(other):
            return "words"
        return "same" if likeness(asked, other, meaning, 1.0) >= LIKE_ITSELF else "meaning"
    if may_be_swapped(asked.text, other):
        return "roles"
    similarity = float(read(meaning, other)[0] @ asked.vector)
    usual = typical.get(theirs.language, typical.get("", UNRELATED))
    is_close = similarity - usual >= ABOVE and likeness(asked, other, meaning, 0.0) >= AGREEMENT
    return "same" if is_close else "meaning"


def compared(asked: Question, other: str, meaning: Meaning, typical: Mapping[str, float]) -> Compared:
    """How close a question is to another one, and what comes of it."""
    similarity = float(read(meaning, other)[0] @ asked.vector)
    return Compared(likeness(asked, other, meaning, similarity), judged(asked, other, meaning, typical))


def likeness(asked: Question, other: str, meaning: Meaning, otherwise: float) -> float:
    """How well the tokens of each of two questions agree with the other's, the lesser of the two; `otherwise` where the
    model shows no tokens."""
    theirs = read(meaning, other)[1]
    if asked.tokens is None or theirs is None:
        return otherwise
    cosines = asked.tokens.states @ theirs.states.T
    if not cosines.size:
        return 0.0
    return float(min(asked.tokens.weights @ cosines.max(axis=1), theirs.weights @ cosines.max(axis=0)))


@lru_cache(maxsize=4096)
def read(meaning: Meaning, question: str) -> tuple[Vector, Tokens | None]:
    """What the model makes of a question known beforehand: its vector, as a text to be found, and its tokens."""
    return meaning.passages([question])[0], meaning.ask(question)[1]
