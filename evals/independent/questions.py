"""Independent questions with labels: data model and reading.

A batch is a file of one writer, one question a line. Whole batches are for training, development or test, so that no
phrase of one writer stands in two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

BATCHES = Path(__file__).parent / "batches"
LANGUAGES = ("zh", "en", "pt", "ru", "es", "ar", "hi", "id", "vi")
Text = Annotated[str, Field(min_length=2, max_length=600)]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2})?$")]


class Kind(StrEnum):
    """Kind of a question, by its right answer."""

    ANSWERABLE = "answerable"
    FOLLOW_UP = "followup"
    """Answerable, if what was said before is known."""
    NEAR_MISS = "near_miss"
    """The folder answers a question that is much like it, and not this one."""
    UNKNOWN = "unknown"
    """The folder says that this is not known, or has the subject without this detail."""
    OUTSIDE = "outside"
    """Not about investing or trading at all."""
    VAGUE = "vague"
    """Answers differ by what was not said: it has to be asked back."""


ANSWERED = frozenset({Kind.ANSWERABLE, Kind.FOLLOW_UP})


class Use(StrEnum):
    """Use of a batch; the name of its file begins with it."""

    TRAIN = "train"
    DEVELOPMENT = "dev"
    TEST = "test"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Frozen):
    """A line of a Chinese guide; its translations have the same lines.

    `document`: source without language and ending, such as `inbound/visas`.
    `start`: how the line begins, without list and basis marks; only lines of the very same words begin so too.
    """

    document: str
    start: str


class Part(Frozen):
    """One of several things that a question asks, put as a question of its own."""

    question: Text
    answers: tuple[Line, ...]


class Question(Frozen):
    """A question and its labels.

    `history`: what was said before, the company's words and the assistant's in turn.
    `standalone`: the question as it would be asked without the history; "" if there is none.
    `lacks`: "country" if a vague question would be answered by the law of a country that it does not name.
    `host`: ISO code of the country where something is to be done (CN for investing in China); "" for any.
    `origin`: ISO code of the asker's own country, if it was said; else "".
    `facts`: ids of the facts that it was written from, or that it is nearest to.
    `answers`: all lines that answer it; for UNKNOWN the lines that say so, if there are any.
    `near`: lines that answer a piece of it, or of which readers were not sure; they count neither way.
    `parts`: for a question that asks several things.
    `figures`: what a right answer says, as it stands in the lines.
    """

    id: str
    language: Literal["zh", "en", "pt", "ru", "es", "ar", "hi", "id", "vi"]
    kind: Kind
    lacks: Literal["", "country"] = ""
    question: Text
    history: tuple[Text, ...] = ()
    standalone: str = ""
    direction: Literal["outbound", "inbound", "either"]
    host: Country = ""
    origin: Country = ""
    facts: tuple[str, ...] = ()
    answers: tuple[Line, ...] = ()
    near: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    figures: tuple[str, ...] = ()


def batches(use: Use, folder: Path = BATCHES) -> list[Path]:
    """Files of one use, in order."""
    return sorted(folder.glob(f"{use}-*.jsonl"))


def read_batch(path: Path) -> Iterator[Question]:
    """Questions of a file.

    Raises pydantic.ValidationError for a line that is no question.
    """
    for row in path.read_text(encoding="utf-8").splitlines():
        yield Question.model_validate_json(row)


def read_questions(use: Use, folder: Path = BATCHES) -> list[Question]:
    """All questions of one use."""
    return [question for path in batches(use, folder) for question in read_batch(path)]
