"""Questions for which the staff have said which passage is the right one: kept in a file, and asked again."""

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

from bot.retrieval.snippets import sentence_spans
from store.atomic_file import replace
from store.documents import Passage

RECALLED = 5
"""A right passage among the first so many is found."""
HELD = 0.5
"""The share of a right passage's sentences, by length, that a passage must hold to count as it."""


Asked = tuple[str, str, str]


@dataclass(frozen=True)
class Labelled:
    """A question and a passage that answers it, or nothing where no document does. `quote` is the text of the passage,
    verbatim; `asked_on` is the day on which this was said, `by` who said so. `on` is the day for which it was asked,
    None for the day of the question; `about` is the country that was chosen."""

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
        """The same for the same question, document and passage."""
        return sha256("\n".join((*self.asked, self.source, self.quote)).encode()).hexdigest()[:16]

    @property
    def asked(self) -> Asked:
        """What tells one question from another: its text, the day for which it was asked and the country chosen."""
        return self.question, str(self.on or ""), self.about

    @property
    def is_answered(self) -> bool:
        """Whether a document answers it."""
        return bool(self.quote)


LABELLED = TypeAdapter(Labelled)


class Labels:
    """The file of them, a JSON object a line. Safe from several threads of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writing = Lock()

    @classmethod
    def below(cls, data_dir: Path) -> Labels:
        """Those of the center, in its data folder."""
        return cls(data_dir / "evals" / "questions.jsonl")

    def all(self) -> list[Labelled]:
        """In the order in which they were added; lines that cannot be read are left out."""
        return [each for _, each in self.lines() if each]

    def add(self, label: Labelled) -> None:
        """Adds one that is not there yet. A question that a document answers cannot be one that none does: what says
        the contrary of it goes."""
        with self.writing:
            lines = [
                line for line, each in self.lines() if not (each and (contradicts(each, label) or each.id == label.id))
            ]
            self.write([*lines, to_line(label)])

    def remove(self, identity: str) -> None:
        with self.writing:
            self.write([line for line, each in self.lines() if not (each and each.id == identity)])

    def lines(self) -> Iterator[tuple[str, Labelled | None]]:
        """Each line of the file with what it says, None where it cannot be read."""
        text = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        for line in filter(str.strip, text.split("\n")):
            yield line, from_line(line)

    def write(self, lines: Sequence[str]) -> None:
        """Replaces the file at one moment."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace(self.path, "".join(f"{line}\n" for line in lines).encode())


def to_line(label: Labelled) -> str:
    return json.dumps({"id": label.id, **asdict(label)}, ensure_ascii=False, default=str)


def from_line(line: str) -> Labelled | None:
    try:
        return LABELLED.validate_json(line)
    except ValidationError:
        return None


def contradicts(one: Labelled, other: Labelled) -> bool:
    """Whether of one question one label says that a document answers it, and the other that none does."""
    return one.asked == other.asked and one.is_answered != other.is_answered


def by_question(labels: Iterable[Labelled]) -> list[list[Labelled]]:
    """The labels of each question, which may have several right passages."""

    def asked(label: Labelled) -> Asked:
        return label.asked

    return [list(own) for _, own in groupby(sorted(labels, key=asked), key=asked)]


def place_of(labels: Sequence[Labelled], passages: Sequence[Passage]) -> int:
    """The place of the first right passage among those found, from 1; 0 where none is."""
    return next((number for number, each in enumerate(passages, 1) if any(is_it(own, each) for own in labels)), 0)


def is_it(label: Labelled, passage: Passage) -> bool:
    """Whether a passage is the right one, also where the document was cut into other passages since: it lies within
    what was the right one, or holds half of it or more."""
    own, found = squeezed(label.quote), squeezed(passage.chunk.text)
    if not own or (passage.source == label.source and found in own):
        return bool(own)
    pieces = [squeezed(piece) for piece in sentences_and_lines(label.quote)]
    held = sum(len(each) for each in pieces if each in found)
    return held >= HELD * sum(map(len, pieces))


def sentences_and_lines(text: str) -> list[str]:
    return [line for start, end in sentence_spans(text) for line in text[start:end].split("\n")]


def squeezed(text: str) -> str:
    """A text without spaces and line ends, which a new reading may set otherwise."""
    return "".join(text.split())
