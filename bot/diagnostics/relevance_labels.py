"""Relevance labels: questions and their right passages, marked by staff in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from store.atomic_file import replace
from store.documents import Passage
from text.sentences import sentence_spans

RECALLED = 5
"""Rank up to which a right passage counts as found."""
HELD = 0.5
"""Lowest share of a right passage's sentences, by length, for a match."""


Asked = tuple[str, str, str]
"""Key of a question: text, day and country."""


@dataclass(frozen=True)
class RelevanceLabel:
    """A question with a passage that answers it, or with none if no document does.

    - `quote`: text of the passage, verbatim; empty if no document answers.
    - `asked_on`: day of labelling; `by`: person who labelled.
    - `on`: day for which it was asked; None for the day of the question.
    - `about`: country chosen.
    """

    question: str
    language: str
    asked_on: date
    source: str = ""
    quote: str = ""
    heading: str = ""
    page: int | None = None
    on: date | None = None
    about: str = ""
    by: str = ""

    @property
    def id(self) -> str:
        """Id of this question, document and passage."""
        return sha256("\n".join((*self.asked, self.source, self.quote)).encode()).hexdigest()[:16]

    @property
    def asked(self) -> Asked:
        """Key of the question: its text, the day asked for and the country chosen."""
        return self.question, str(self.on or ""), self.about

    @property
    def is_answered(self) -> bool:
        """True if a document answers it."""
        return bool(self.quote)


LABELLED = TypeAdapter(RelevanceLabel)


class Labels:
    """File of the labels, one JSON object a line; safe for threads of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writing = Lock()

    @classmethod
    def below(cls, data_dir: Path) -> Labels:
        """Returns the labels of the center, in its data folder."""
        return cls(data_dir / "evals" / "questions.jsonl")

    def read_all(self) -> list[RelevanceLabel]:
        """Returns the labels in the order of adding; unreadable lines are left out."""
        return [each for _, each in self.lines() if each]

    def add(self, label: RelevanceLabel) -> None:
        """Adds a label and removes labels that contradict it.

        A question cannot be both answered by a document and answered by none.
        """
        with self.writing:
            lines = [
                line for line, each in self.lines() if not (each and (contradicts(each, label) or each.id == label.id))
            ]
            self.write([*lines, to_line(label)])

    def remove(self, identity: str) -> None:
        """Removes the label with this id."""
        with self.writing:
            self.write([line for line, each in self.lines() if not (each and each.id == identity)])

    def lines(self) -> Iterator[tuple[str, RelevanceLabel | None]]:
        """Yields each line of the file with its label, or None if it is unreadable."""
        text = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        for line in filter(str.strip, text.split("\n")):
            yield line, from_line(line)

    def write(self, lines: Sequence[str]) -> None:
        """Replaces the file atomically."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace(self.path, "".join(f"{line}\n" for line in lines).encode())


def to_line(label: RelevanceLabel) -> str:
    """Returns a label as a line of the file."""
    return json.dumps({"id": label.id, **asdict(label)}, ensure_ascii=False, default=str)


def from_line(line: str) -> RelevanceLabel | None:
    """Returns the label of a line.

    None if the line is unreadable.
    """
    try:
        return LABELLED.validate_json(line)
    except ValidationError:
        return None


def contradicts(one: RelevanceLabel, other: RelevanceLabel) -> bool:
    """Checks that one label says "a document answers it", and the other "none does".

    Both are about the same question.
    """
    return one.asked == other.asked and one.is_answered != other.is_answered


def by_question(labels: Iterable[RelevanceLabel]) -> list[list[RelevanceLabel]]:
    """Groups labels by question, which may have several right passages."""

    def get_asked(label: RelevanceLabel) -> Asked:
        return label.asked

    return [list(own) for _, own in groupby(sorted(labels, key=get_asked), key=get_asked)]


def rank_of_first_match(labels: Sequence[RelevanceLabel], passages: Sequence[Passage]) -> int:
    """Returns the rank of the first right passage found, from 1; 0 if there is none."""
    return next((number for number, each in enumerate(passages, 1) if any(is_it(own, each) for own in labels)), 0)


def is_it(label: RelevanceLabel, passage: Passage) -> bool:
    """Checks that a passage is the right one, also after the document was cut anew.

    It lies within the right one, or contains at least HELD of its sentences.
    """
    own, found = remove_spaces(label.quote), remove_spaces(passage.chunk.text)
    if not own or (passage.source == label.source and found in own):
        return bool(own)
    pieces = [remove_spaces(piece) for piece in sentences_and_lines(label.quote)]
    held = sum(len(each) for each in pieces if each in found)
    return held >= HELD * sum(map(len, pieces))


def sentences_and_lines(text: str) -> list[str]:
    """Returns the sentences of a text, cut at line breaks, too."""
    return [line for start, end in sentence_spans(text) for line in text[start:end].split("\n")]


def remove_spaces(text: str) -> str:
    """Returns a text without spaces and line breaks, which a new reading may change."""
    return "".join(text.split())
