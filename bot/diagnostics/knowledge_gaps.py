"""Knowledge gaps: unanswered questions, grouped by meaning and asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.answer import Answer
from bot.curated.facets import differences, facets
from bot.generation.writer import SURE
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from bot.query.query import EmbeddingModel
from records import Exchange, Unanswered
from store.index import Vector
from store.validity import versions

ALIKE, ALIKE_THOUGH_OTHER = 0.54, 0.64
"""Lowest mean cosine at which a question joins a group.

Without language centroids. The second value counts if a question names other concepts than the first of its group.
Of 104 pairs of one meaning in `evals/alike.jsonl` (178 questions in five languages) 84 come together, and 6 pairs of
different meanings; 101 of 102 groups hold one meaning (2026-11-27). With one value, and the cosine to the first
question alone, it was 83, 20, and 90 of 97.
"""
DOUBTFUL = SURE
"""Answerability score below which an answer is doubtful.

Below it, a model that finds no answer is believed.
"""
MOST_VECTORS = 20_000
"""Most questions whose vectors are cached (1.5 kB each)."""

Progress = Callable[[int, int], None]
"""Progress callback: the number done and the total."""


@dataclass(frozen=True)
class Gap:
    """Questions of one language and meaning, oldest first.

    The first one identifies the gap.
    """

    questions: tuple[Unanswered, ...]

    @property
    def first(self) -> Exchange:
        """The oldest question."""
        return self.questions[0].exchange

    @property
    def handle(self) -> str:
        """Public id of the gap: that of its oldest question."""
        return self.first.handle

    @property
    def open_questions(self) -> tuple[Unanswered, ...]:
        """Questions for which nothing was done yet, or nothing that helped."""
        return tuple(each for each in self.questions if each.is_open)

    @property
    def wordings(self) -> list[str]:
        """Wordings that people typed: standalone ones first, then by frequency."""
        typed = [(each.exchange.open_part or each.exchange.question, each.exchange) for each in self.questions]
        counts = Counter(" ".join(text.split()) for text, _ in typed)
        alone = {" ".join(text.split()) for text, each in typed if text.strip() == standalone_question(each)}
        return sorted(counts, key=lambda text: (text not in alone, -counts[text]))

    @property
    def title(self) -> str:
        """The wording that names the gap."""
        return self.wordings[0]

    def holds(self, handle: str) -> bool:
        """Checks that a question is in the gap."""
        return any(each.exchange.handle == handle for each in self.questions)


@dataclass(frozen=True)
class Again:
    """A question asked again, with its new answer.

    `is_answered` is True if the gap is closed: by an answer of the center that came since, or by one that cites the
    chosen document.
    Without such a document, an answer that was rated badly does not close it, because the question was answered before
    too; a doubtful one does if it is no longer doubtful.
    """

    question: Unanswered
    answer: Answer
    is_cited: bool
    is_answered: bool


@dataclass(frozen=True)
class Vectors:
    """Cache of question vectors."""

    embedding_model: EmbeddingModel
    known: dict[str, Vector] = field(default_factory=dict)

    def of(self, texts: Sequence[str], progress: Progress) -> dict[str, Vector]:
        """Returns the vectors of texts. Raises EmbeddingFailedError."""
        wanted = list(dict.fromkeys(texts))
        found = {}
        for number, text in enumerate(wanted):
            found[text] = self.known[text] if text in self.known else self.embedding_model.embed_query(text)[0]
            progress(number + 1, len(wanted))
        if len(self.known) + len(found) > MOST_VECTORS:
            self.known.clear()
        self.known.update(found)
        return found


def standalone_question(exchange: Exchange) -> str:
    """Returns the open questions of a message, else all of it in its standalone form."""
    return exchange.open_part or exchange.standalone_question.strip() or exchange.question.strip()


def group_questions(
    questions: Sequence[Unanswered], vectors: Mapping[str, Vector], centres: Mapping[str, Vector]
) -> list[Gap]:
    """Returns the gaps, those with the most open questions first.

    Each question joins the most similar group of its language and countries, or starts one. What the staff took out is
    alone with equal texts. Without `centres`, as in an empty folder, only equal texts are alike.
    """
    apart = {standalone_question(each.exchange) for each in questions if each.is_apart}
    gaps: dict[tuple[str, frozenset[str], str], Groups] = {}
    for each in questions:
        text, language = standalone_question(each.exchange), each.exchange.language
        about = frozenset(countries(text)) - {HOME}
        groups = gaps.setdefault((language, about, text if text in apart else ""), Groups())
        groups.add(each, text, subtract_centroid(vectors[text], language, centres))
    found = [Gap(tuple(group)) for groups in gaps.values() for group in groups.members]
    return sorted(
        found, key=lambda gap: (-len(gap.open_questions), -len(gap.questions), gap.first.asked_at, gap.handle)
    )


class Groups:
    """Groups of one language and the same countries.

    `directions` has one row for each group: the sum of its different questions, `sizes` of them. `firsts` are the
    texts of their first questions.
    """

    def __init__(self) -> None:
        self.members: list[list[Unanswered]] = []
        self.of_text: dict[str, int] = {}
        self.firsts: list[str] = []
        self.directions = np.empty((0, 0), np.float32)
        self.sizes = np.empty(0, np.float32)

    def add(self, question: Unanswered, text: str, direction: Vector | None) -> None:
        """Adds a question to its group; `text` is its standalone form."""
        place = self.of_text.get(text)
        if place is None:
            place = self.of_text[text] = self.nearest(text, direction)
            if place == len(self.members):
                self.members.append([])
                self.firsts.append(text)
            if direction is not None:
                self.include(place, direction)
        self.members[place].append(question)

    def nearest(self, text: str, direction: Vector | None) -> int:
        """Returns the group of a question; the number of groups for a new one."""
        count = len(self.members)
        if direction is None or not count:
            return count
        likeness = self.directions[:count] @ direction / self.sizes[:count]
        for place in map(int, np.argsort(-likeness)):
            if likeness[place] < ALIKE:
                break
            first = self.firsts[place]
            is_near = likeness[place] >= ALIKE_THOUGH_OTHER or not names_other(text, first)
            if is_near and not are_apart(text, first):
                return place
        return count

    def include(self, place: int, direction: Vector) -> None:
        """Adds a question to the sum of its group.

        Full arrays double in size, so that they are not copied each time.
        """
        if place >= len(self.directions):
            larger = np.zeros((2 * place + 8, len(direction)), np.float32)
            sizes = np.zeros(len(larger), np.float32)
            larger[: len(self.directions)] = self.directions if len(self.directions) else 0
            sizes[: len(self.sizes)] = self.sizes
            self.directions, self.sizes = larger, sizes
        self.directions[place] += direction
        self.sizes[place] += 1


def names_other(one: str, other: str) -> bool:
    """True if two questions name different concepts, such as two taxes."""
    return differences(facets(one), facets(other))["concepts"] > 0


def are_apart(one: str, other: str) -> bool:
    """True if both questions name concepts, but none in common.

    However near, they are not one gap.
    """
    own, others = facets(one).concepts, facets(other).concepts
    return bool(own and others) and own.isdisjoint(others)


def subtract_centroid(vector: Vector, language: str, centres: Mapping[str, Vector]) -> Vector | None:
    """Returns the vector `(dim,)` minus its language's centroid, normalised.

    None if there are no centroids.
    """
    if not centres:
        return None
    direction = vector - centres.get(language, centres[""])
    return np.asarray(direction / (float(np.linalg.norm(direction)) or 1.0), np.float32)


def ask_again(bot: Bot, questions: Sequence[Unanswered], source: str = "") -> Iterator[Again]:
    """Asks questions again, each wording once.

    `source` is the document that should answer them, in any of its languages; empty for any.
    """
    answers, documents = dict[str, Answer](), bot.index.documents()
    wanted = versions(source, documents).values()
    for each in questions:
        text = standalone_question(each.exchange)
        answers[text] = answer = answers.get(text) or bot.answer(text)
        is_cited = any(citation.source in {source, *wanted} for citation in answer.citations)
        is_still_doubtful = each.is_doubtful and (answer.support or 0) < DOUBTFUL
        is_better = is_cited or not (source or each.is_badly_rated or is_still_doubtful)
        is_fixed = answer.mode == "curated" and each.exchange.mode != "curated"
        is_answered = answer.outcome is Outcome.ANSWERED and (is_better or is_fixed)
        yield Again(each, answer, is_cited, is_answered)
