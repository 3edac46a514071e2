"""Drafts of writers: checked, and kept as a batch.

A draft has short keys and numbers of lines, which are easy to write; a batch has whole words and the lines' own words,
which hold when a guide changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.independent.guides import Labels, missing_figures, name_line
from evals.independent.questions import ANSWERED, Kind, Line, Question
from text.normalise import letters

NEAR = 0.72
"""Share of common three-letter pieces from which two questions count as equal."""
KEYS = {
    "q": "question",
    "l": "language",
    "k": "kind",
    "d": "direction",
    "h": "history",
    "s": "standalone",
    "f": "facts",
}
OWN_KEYS = frozenset({"host", "origin", "lacks"})
LABELS = frozenset({"a", "p", "fig"})


class DraftError(ValueError):
    """A row that cannot be kept; its text says why."""


@dataclass(frozen=True)
class Checked:
    """Questions of a draft that can be kept, and what is wrong with the others."""

    questions: tuple[Question, ...]
    faults: tuple[str, ...]


def check_draft(path: Path, name: str, known: Sequence[str]) -> Checked:
    """Questions of a draft, with ids from `name`, and its faults.

    Near duplicates of `known` or earlier questions are faults.
    Raises OSError if the draft cannot be read; a DraftError becomes a fault.
    """
    kept, faults, seen = list[Question](), list[str](), [pieces(each) for each in known]
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not row.strip():
            continue
        try:
            question = to_question(json.loads(row), f"{name}-{len(kept) + 1:03d}")
            own = pieces(" ".join((*question.history[-2:], question.question)))
            if any(are_near(own, other) for other in seen):
                raise DraftError(f"nearly the same as an earlier question: {question.question}")
        except (ValueError, LookupError, OSError, TypeError) as error:
            faults.append(f"{path.name}:{number}: {explain(error)}")
            continue
        seen.append(own)
        kept.append(question)
    return Checked(tuple(kept), tuple(faults))


def to_question(row: dict[str, Any], identity: str) -> Question:
    """Question of a row.

    Raises DraftError if its labels do not agree, LookupError for a line that is not there, ValidationError if a key or
    value is none.
    """
    if unknown := set(row) - set(KEYS) - OWN_KEYS - LABELS:
        raise DraftError(f"unknown keys {sorted(unknown)}")
    fields = {KEYS.get(key, key): value for key, value in row.items() if key not in LABELS}
    answers = to_lines(row.get("a", {}))
    parts = [{"question": part["q"], "answers": to_lines(part.get("a", {}))} for part in row.get("p", ())]
    answers = tuple(dict.fromkeys((*answers, *(line for part in parts for line in part["answers"]))))
    question = Question(id=identity, answers=answers, parts=parts, figures=row.get("fig", ()), **fields)
    for fault in disagreements(question):
        raise DraftError(fault)
    return question


def to_lines(labels: Labels) -> tuple[Line, ...]:
    """Returns the lines that labels name, in their order."""
    return tuple(name_line(document, number) for document, numbers in labels.items() for number in numbers)


def disagreements(question: Question) -> Iterator[str]:
    """Contradictions in labels that a program can find."""
    if question.kind in ANSWERED and not question.answers:
        yield "it is answerable, and no line answers it"
    if question.kind not in ANSWERED | {Kind.UNKNOWN} and question.answers:
        yield f"it is {question.kind}, and lines answer it"
    if (question.kind is Kind.FOLLOW_UP) != bool(question.standalone):
        yield "a follow-up has a standalone form, and nothing else has one"
    if question.kind is Kind.FOLLOW_UP and not question.history:
        yield "a follow-up follows something"
    if question.lacks and question.kind is not Kind.VAGUE:
        yield "only a vague question lacks a country"
    if len(question.parts) == 1:
        yield "one part is no parts"
    if missing := missing_figures(question.figures, question.answers):
        yield f"the lines do not hold {missing}"


def explain(error: Exception) -> str:
    """Returns the text of an error; of a ValidationError all places and messages."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)


def pieces(text: str) -> frozenset[str]:
    """Three-letter pieces of a text, two-letter ones if it is short."""
    bare = letters(text)
    length = 3 if len(bare) > 12 else 2
    return frozenset(bare[at : at + length] for at in range(max(1, len(bare) - length + 1)))


def are_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """True if two texts count as equal; most pairs are ruled out by length."""
    return NEAR * max(len(one), len(other)) < min(len(one), len(other)) and likeness(one, other) > NEAR


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the pieces that two texts have in common, 0 to 1."""
    return len(one & other) / max(1, len(one | other))
