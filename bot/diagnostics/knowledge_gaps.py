"""Questions that nobody could answer, grouped by what they mean, and asked again once a document is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from bot.query.query import Meaning
from records import Exchange, Unanswered
from store.index import Vector

ALIKE = 0.54
"""How near a question lies to the first one of its group: the cosine of their vectors without what is typical for the
language. Of 104 pairs of one meaning in `evals/alike.jsonl` (178 questions in five languages) 86 come together at this,
and 20 pairs of another meaning; 87 of 94 groups hold one meaning (2026-11-25). Cosines as they are do worse at any."""
MOST_VECTORS = 20_000
"""Questions whose vectors are remembered (1.5 kB each)."""

Told = Callable[[int, int], None]
"""Tells whoever waits how many of how many are done."""


@dataclass(frozen=True)
class Gap:
    """Questions of one language and meaning, the oldest first: by that one the gap is named."""

    questions: tuple[Unanswered, ...]

    @property
    def first(self) -> Exchange:
        return self.questions[0].exchange

    @property
    def handle(self) -> str:
        return self.first.handle

    @property
    def open(self) -> tuple[Unanswered, ...]:
        """The questions for which nothing was done yet, or in vain."""
        return tuple(each for each in self.questions if each.is_open)

    @property
    def topic(self) -> str:
        """That of most of its questions, empty for none."""
        topics = Counter(each.exchange.topic for each in self.questions if each.exchange.topic)
        return min(topics, key=lambda topic: (-topics[topic], topic), default="")

    def holds(self, handle: str) -> bool:
        return any(each.exchange.handle == handle for each in self.questions)


@dataclass(frozen=True)
class Again:
    """A question that was asked again. `is_answered` is whether the gap is closed by the new answer: one to a question
    whose answer was rated badly must rest on the document that was chosen, for it was answered before too."""

    question: Unanswered
    answer: Answer
    is_cited: bool
    is_answered: bool


@dataclass(frozen=True)
class Vectors:
    """The vectors of questions, each found once."""

    meaning: Meaning
    known: dict[str, Vector] = field(default_factory=dict)

    def of(self, texts: Sequence[str], told: Told) -> dict[str, Vector]:
        """The vectors of texts. Raises EmbeddingFailed."""
        wanted = list(dict.fromkeys(texts))
        found = {}
        for number, text in enumerate(wanted):
            found[text] = self.known[text] if text in self.known else self.meaning.ask(text)[0]
            told(number + 1, len(wanted))
        if len(self.known) + len(found) > MOST_VECTORS:
            self.known.clear()
        self.known.update(found)
        return found


def meant(exchange: Exchange) -> str:
    """What was asked, as it can be understood alone."""
    return exchange.standalone_question.strip() or exchange.question.strip()


def grouped(questions: Sequence[Unanswered], vectors: Mapping[str, Vector], centres: Mapping[str, Vector]) -> list[Gap]:
    """The gaps, those with the most open questions first.

    Each question joins the group whose first question it is most like, in its language and about the same countries, or
    begins one. Without `centres`, as in an empty folder, only the same words are alike.
    """
    gaps: dict[tuple[str, frozenset[str]], Groups] = {}
    for each in questions:
        text, language = meant(each.exchange), each.exchange.language
        about = frozenset(countries(text)) - {HOME}
        groups = gaps.setdefault((language, about), Groups())
        groups.add(each, text, centred(vectors[text], language, centres))
    found = [Gap(tuple(group)) for groups in gaps.values() for group in groups.members]
    return sorted(found, key=lambda gap: (-len(gap.open), -len(gap.questions), gap.first.asked_at, gap.handle))


class Groups:
    """The groups of one language and the same countries; `directions` has a row for the first question of each."""

    def __init__(self) -> None:
        self.members: list[list[Unanswered]] = []
        self.of_text: dict[str, int] = {}
        self.directions = np.empty((0, 0), np.float32)

    def add(self, question: Unanswered, text: str, direction: Vector | None) -> None:
        place = self.of_text.get(text)
        if place is None:
            place = self.nearest(direction)
            self.of_text[text] = place
        if place == len(self.members):
            self.members.append([])
        self.members[place].append(question)

    def nearest(self, direction: Vector | None) -> int:
        """The group that a question belongs to; the number of groups for a new one."""
        if direction is None:
            return len(self.members)
        if len(self.members):
            likeness = self.directions[: len(self.members)] @ direction
            if likeness.max() >= ALIKE:
                return int(likeness.argmax())
        self.keep(direction)
        return len(self.members)

    def keep(self, direction: Vector) -> None:
        """Adds a row; there is always room for as many again, so that adding does not copy all each time."""
        if len(self.members) == len(self.directions):
            larger = np.zeros((2 * len(self.members) + 8, len(direction)), np.float32)
            larger[: len(self.members)] = self.directions if len(self.members) else 0
            self.directions = larger
        self.directions[len(self.members)] = direction


def centred(vector: Vector, language: str, centres: Mapping[str, Vector]) -> Vector | None:
    """A vector without what is typical for its language, of length 1; None without centres."""
    if not centres:
        return None
    direction = vector - centres.get(language, centres[""])
    return np.asarray(direction / (float(np.linalg.norm(direction)) or 1.0), np.float32)


def ask_again(bot: Bot, questions: Sequence[Unanswered], source: str = "") -> Iterator[Again]:
    """Asks questions again, each wording once; `source` is the document that is to answer them, empty for any."""
    answers: dict[str, Answer] = {}
    for each in questions:
        text = meant(each.exchange)
        answers[text] = answer = answers.get(text) or bot.answer(text)
        is_cited = any(citation.source == source for citation in answer.citations)
        is_answered = answer.outcome is Outcome.ANSWERED and (is_cited or not each.is_badly_rated)
        yield Again(each, answer, is_cited, is_answered)
