"""Knowledge gaps: unanswered questions, grouped by meaning and asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.answer import Answer
from bot.diagnostics.question_groups import Groups
from bot.generation.writer import SURE
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.continuation import leans
from bot.query.countries import HOME, countries
from bot.query.query import EmbeddingModel
from records import Exchange, Unanswered
from store.index import Vector
from store.validity import versions

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
        """Returns the vectors of texts.

        None beside another embedding model than the bundled one.
        """
        wanted = list(dict.fromkeys(texts))
        found = dict[str, Vector]()
        for number, text in enumerate(wanted):
            vector = self.known.get(text)
            if vector is None:
                vector = self.embedding_model.question_vector(text)
            if vector is not None:
                found[text] = vector
            progress(number + 1, len(wanted))
        if len(self.known) + len(found) > MOST_VECTORS:
            self.known.clear()
        self.known.update(found)
        return found


def standalone_question(exchange: Exchange) -> str:
    """Returns the open questions of a message, else all of it in its standalone form.

    All of it as well if they lean on the others: "how many people fit".
    """
    part = exchange.open_part
    return part if part and not leans(part) else exchange.standalone_question.strip() or exchange.question.strip()


def question_as_typed(exchange: Exchange) -> str:
    """Returns what was typed and is open, if the standalone form has it.

    Else the standalone form.
    """
    typed, whole = exchange.open_part or exchange.question.strip(), standalone_question(exchange)
    return typed if typed in whole else whole


def texts_compared(questions: Iterable[Unanswered]) -> list[str]:
    """Returns the texts whose vectors `group_questions` compares."""
    return [text(each.exchange) for each in questions for text in (standalone_question, question_as_typed)]


def group_questions(questions: Sequence[Unanswered], vectors: Mapping[str, Vector]) -> list[Gap]:
    """Returns the gaps, those with the most open questions first.

    Each question joins the most similar group of its language and countries, or starts one. What the staff took out is
    alone with equal texts. Without `vectors` of `texts_compared` only equal texts are alike.
    """
    apart = {standalone_question(each.exchange) for each in questions if each.is_apart}
    gaps: dict[tuple[str, frozenset[str], str], Groups] = {}
    for each in questions:
        text, language = standalone_question(each.exchange), each.exchange.language
        about = frozenset(countries(each.exchange.open_part or text)) - {HOME}
        groups = gaps.setdefault((language, about, text if text in apart else ""), Groups())
        groups.add(each, text, directions_of(each.exchange, vectors))
    found = [Gap(tuple(group)) for groups in gaps.values() for group in groups.members]
    return sorted(
        found, key=lambda gap: (-len(gap.open_questions), -len(gap.questions), gap.first.asked_at, gap.handle)
    )


def directions_of(exchange: Exchange, vectors: Mapping[str, Vector]) -> Vector | None:
    """Returns the vectors of a question, `(2, k)`: standalone and as typed.

    None if there are none.
    """
    texts = standalone_question(exchange), question_as_typed(exchange)
    return np.stack([vectors[each] for each in texts]) if all(each in vectors for each in texts) else None


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
