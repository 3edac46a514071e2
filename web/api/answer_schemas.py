"""Body of an answer: the JSON of `python -m bot ask --json`, and more."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel


class BasisOut(BaseModel):
    """Basis of a quote of a guide.

    `report`: that only reports say so, and as of when. `words`: what of the quote rests on it, empty for all of it.
    """

    text: str
    validity: str
    url: str
    report: str
    words: str


class CitationOut(BaseModel):
    """Citation of a marker `[number]` in the text; `link` opens the source there.

    A guide is never `in_force` but `unknown`: it was checked on `reviewed_on`, and its line is as valid as
    its `bases`.
    """

    number: int
    source: str
    title: str
    page: int | None
    heading: str
    quote: str
    validity: str
    effective_to: date | None
    url: str
    kind: Literal["guide", "document"]
    reviewed_on: date | None
    bases: list[BasisOut]
    start: int
    end: int
    link: str


class WarningOut(BaseModel):
    kind: str
    text: str


class PassagePlace(BaseModel):
    source: str
    page: int | None
    heading: str
    start: int
    end: int
    score: float


class SecondsOut(BaseModel):
    search: float
    compose: float
    total: float


class AnswerOut(BaseModel):
    """An answer. Its `id` is needed to rate it, send it to a person, or delete it."""

    id: str
    question: str
    standalone_question: str
    language: str
    outcome: str
    reason: str = ""
    mode: Literal["extractive", "model", "curated"]
    ai_generated: bool
    text: str
    citations: list[CitationOut]
    warnings: list[WarningOut]
    suggestions: list[str]
    passages: list[PassagePlace]
    seconds: SecondsOut
