"""A question tried out: its answer, all passages that were weighed for it, and why each was used or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from bot.answer import Answer, Citation
from bot.diagnostics.relevance_labels import Labelled
from bot.generation.extractive import is_outdated, near_enough
from bot.generation.validity_warnings import is_other_version
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.answer_type import asked_for
from bot.retrieval.answerability import Verdict, fits
from bot.retrieval.hybrid_search import Weighed
from bot.retrieval.retriever import Look
from bot.retrieval.snippet_ranking import PASSAGES_READ, is_given
from store.documents import Passage

USUAL: Mapping[str, float] = {
    "constant": 1.0,
    "similarity": 0.891,
    "typical": 0.813,
    "nearest": 2.8,
    "alike": 2.99,
    "coverage": 0.208,
    "lead": 0.046,
    "margin": 4.09,
    "length": 2.89,
    "fits": 1.0,
    "agrees": 0.0,
    "gives": 1.0,
}
"""What each kind of evidence usually is where a question is answered: the medians of the 164 answered ones among the
answerable questions of `evals/` (2026-11-25)."""
REASONS = 3
"""Reasons that are named for one thing, at most."""
SMALLEST = 0.3
"""What counts less is no reason."""


LACKED = ("meaning", "words", "agreement")
"""What every passage has more or less of; the other parts of a score it has or has not."""


class CannotTry(Exception):
    """The question could not be answered for a reason that has nothing to do with it; the message names the error."""


class Use(StrEnum):
    """What became of a passage: `quoted` in the answer, `read` sentence by sentence but not quoted, left out because it
    is about a place `elsewhere`, or `below` those that are read."""

    QUOTED = "quoted"
    READ = "read"
    ELSEWHERE = "elsewhere"
    BELOW = "below"


@dataclass(frozen=True)
class Reason:
    """Why a passage was not used, or a question not answered: `by` is how much it counts, `kind` the kind of thing that
    was asked for."""

    name: str
    by: float = 0.0
    kind: str = ""


@dataclass(frozen=True)
class Trial:
    """A question that was tried: the answer without a model, and what the folder has for the question as the answer
    understood it."""

    answer: Answer
    look: Look

    @property
    def is_looked_up(self) -> bool:
        """Whether documents were looked into at all: a greeting is answered without."""
        return bool(self.answer.passages)

    def citations(self, passage: Passage) -> list[Citation]:
        """What the answer quotes of a passage."""
        chunk = passage.chunk
        own = (each for each in self.answer.citations if each.source == passage.source)
        return [each for each in own if chunk.start <= each.start < chunk.end]

    def number(self, passage: Passage) -> int:
        """The place of a passage among the leading ones, from 0; -1 where it is none of them."""
        there = [is_same(each, passage) for each in self.look.passages]
        return there.index(True) if True in there else -1

    def is_read(self, passage: Passage) -> bool:
        """Whether its sentences were compared."""
        return self.is_looked_up and 0 <= self.number(passage) < PASSAGES_READ

    def use(self, passage: Passage) -> Use:
        if self.citations(passage):
            return Use.QUOTED
        if self.is_read(passage):
            return Use.READ
        return Use.BELOW if fits(self.look.question, passage) else Use.ELSEWHERE

    def why(self, weighed: Weighed) -> list[Reason]:
        """Why a passage was not quoted, or not read; nothing for one that was quoted."""
        match self.use(weighed.passage):
            case Use.READ:
                return self.why_not_quoted(weighed.passage)
            case Use.BELOW:
                return self.why_lower(weighed)
            case Use.ELSEWHERE:
                return [Reason("elsewhere")]
        return []

    def why_not_quoted(self, passage: Passage) -> list[Reason]:
        """What keeps the best sentence of a passage that was read from being quoted."""
        if self.answer.outcome is not Outcome.ANSWERED:
            return [Reason("unsupported")]
        ranked, number = self.look.ranked, self.number(passage)
        own = [each for each in ranked if each.unit.passage == number]
        if not own:
            return [Reason("no_sentence")]
        best, first = self.look.passages[ranked[0].unit.passage], own[0]
        asked = asked_for(self.look.question.text)
        lacks = asked and not any(is_given(asked, each.unit) for each in own)
        reasons = [Reason("lacks_kind", kind=asked.name)] if asked and lacks else []
        if is_outdated(passage) and not is_outdated(best):
            return [Reason("outdated"), *reasons]
        if is_other_version(best, passage):
            return [Reason("other_version"), *reasons]
        gap = ranked[0].score - first.score
        near = near_enough(self.look.question, ranked[0].unit, first, self.look.passages)
        return [Reason("lower_sentence", gap) if gap > near else Reason("no_room"), *reasons]

    def why_lower(self, weighed: Weighed) -> list[Reason]:
        """In what a passage falls short of the last one that was read, the most first."""
        if self.last_read is None:
            return []
        own, other = weighed.parts, self.last_read.parts
        gaps = {"meaning": other.meaning - own.meaning, "words": other.words - own.words}
        gaps["agreement"] = other.agreement - own.agreement
        names = dict.fromkeys([*own.effects, *other.effects])
        gaps |= {name: other.effects.get(name, 0.0) - own.effects.get(name, 0.0) for name in names}
        return largest({f"lower_{name}" if name in LACKED else name: gap for name, gap in gaps.items()})

    @cached_property
    def last_read(self) -> Weighed | None:
        """The lowest of the passages that were read; None where none was."""
        weighed = self.look.weighed
        read = [each for each in weighed if self.is_read(each.passage) or self.citations(each.passage)]
        return read[-1] if read else None


def is_same(one: Passage, other: Passage) -> bool:
    return (one.source, one.chunk.start) == (other.source, other.chunk.start)


def attempt(bot: Bot, question: str, language: str, on: date, about: str = "") -> Trial:
    """Tries a question as somebody would ask it on a page in `language`, having chosen the country `about`. Raises
    CannotTry."""
    plain = replace(bot, model=None)
    answer = answered(plain, question, language, on, about)
    if answer.outcome is Outcome.FAILED:
        raise CannotTry(answer.reason)
    return Trial(answer, plain.look(answer.standalone_question, answer.language, on))


def answered(bot: Bot, question: str, language: str, on: date, about: str = "") -> Answer:
    """The whole answer to the same, by a model where the bot has one."""
    *_, answer = bot.stream(question, language=language or None, on=on, about=about)
    return answer


def asked_again(bot: Bot, label: Labelled) -> Answer:
    """The answer of today's folder, without a model, to a question of which the right passage is known."""
    return answered(replace(bot, model=None), label.question, label.language, label.on or date.today(), label.about)


def speaks_against(verdict: Verdict) -> list[Reason]:
    """What speaks most against an answer: the rule that excludes one, or where the evidence is weaker than usual."""
    if verdict.ruled:
        return [] if verdict.ruled == "held" else [Reason(verdict.ruled)]
    return largest({name: weight * (USUAL[name] - value) for name, (value, weight) in verdict.counted.items()})


def largest(gaps: dict[str, float]) -> list[Reason]:
    ordered = sorted(gaps.items(), key=lambda each: -each[1])
    return [Reason(name, gap) for name, gap in ordered[:REASONS] if gap >= SMALLEST]
