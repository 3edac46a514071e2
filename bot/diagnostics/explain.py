"""Explains an answer: all scored passages, and why each was used or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from bot.answer import Answer, Citation
from bot.diagnostics.relevance_labels import RelevanceLabel
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.answer_type import find_answer_type
from bot.retrieval.answerability import Answerability, fits
from bot.retrieval.hybrid_search import FoundPassage
from bot.retrieval.quotes import WORTH_READING, is_other_version, is_outdated
from bot.retrieval.retriever import Retrieval
from bot.retrieval.shortlist import PASSAGES_READ
from store.documents import Passage

USUAL: Mapping[str, float] = {
    "constant": 1.0,
    "read": 4.81,
    "margin": 8.15,
    "coverage": 0.38,
    "lead": 0.05,
    "across": 0.0,
    "exemplar": 0.85,
    "answered": 0.78,
    "unanswered": 0.0,
}
"""Typical values of the features: medians of the questions used for fitting."""
REASONS = 3
"""Most reasons shown for one thing."""
SMALLEST = 0.3
"""Smallest score difference that is a reason."""


LACKED = ("meaning", "words", "agreement")
"""Score parts that each passage has to some degree; others it has or lacks."""


class ExplanationError(Exception):
    """A question failed by an error of the service; the message names it."""


class PassageUse(StrEnum):
    """Use of a passage.

    - `quoted`: in the answer.
    - `read`: its sentences were compared, none was quoted.
    - `elsewhere`: it is about another place, and was not quoted.
    - `below`: ranked below the passages that are read.
    """

    QUOTED = "quoted"
    READ = "read"
    ELSEWHERE = "elsewhere"
    BELOW = "below"


@dataclass(frozen=True)
class NotUsedReason:
    """Reason why a passage was not used or a question not answered.

    `by` is the score difference, `kind` the expected answer type.
    """

    name: str
    by: float = 0.0
    kind: str = ""


@dataclass(frozen=True)
class Explanation:
    """A question that was tried: its answer without a model, and its retrieval."""

    answer: Answer
    retrieval: Retrieval

    @property
    def is_looked_up(self) -> bool:
        """True if documents were searched; a greeting is answered without."""
        return bool(self.answer.passages)

    def citations(self, passage: Passage) -> list[Citation]:
        """Returns the citations of the answer from a passage."""
        chunk = passage.chunk
        own = (each for each in self.answer.citations if each.source == passage.source)
        return [each for each in own if chunk.start <= each.start < chunk.end]

    def number(self, passage: Passage) -> int:
        """Returns the rank of a passage among the leading ones, from 0, or -1."""
        there = [is_same(each, passage) for each in self.retrieval.found]
        return there.index(True) if True in there else -1

    def is_read(self, passage: Passage) -> bool:
        """Checks that the sentences of a passage were compared."""
        return self.is_looked_up and 0 <= self.number(passage) < PASSAGES_READ

    def use(self, passage: Passage) -> PassageUse:
        """Returns the use of a passage."""
        if self.citations(passage):
            return PassageUse.QUOTED
        if not fits(self.retrieval.question, passage):
            return PassageUse.ELSEWHERE
        if self.is_read(passage):
            return PassageUse.READ
        return PassageUse.BELOW

    def why(self, weighed: FoundPassage) -> list[NotUsedReason]:
        """Returns why a passage was not quoted, or not read; empty if it was quoted."""
        match self.use(weighed.passage):
            case PassageUse.READ:
                return self.why_not_quoted(weighed.passage)
            case PassageUse.BELOW:
                return self.why_lower(weighed)
            case PassageUse.ELSEWHERE:
                return [NotUsedReason("elsewhere")]
        return []

    def why_not_quoted(self, passage: Passage) -> list[NotUsedReason]:
        """Returns why the best sentence of a passage that was read was not quoted."""
        if self.answer.outcome is not Outcome.ANSWERED:
            return [NotUsedReason("unsupported")]
        ranked, number = self.retrieval.ranked, self.number(passage)
        own = [each for each in ranked if each.snippet.passage == number]
        if not own:
            return [NotUsedReason("no_sentence")]
        best, first = self.retrieval.found[ranked[0].snippet.passage], own[0]
        asked = find_answer_type(self.retrieval.question.text)
        lacks = asked and not any(asked.is_given(each.snippet.text) for each in own)
        reasons = [NotUsedReason("lacks_kind", kind=asked.name)] if asked and lacks else []
        if is_outdated(passage) and not is_outdated(best):
            return [NotUsedReason("outdated"), *reasons]
        if is_other_version(best, passage):
            return [NotUsedReason("other_version"), *reasons]
        if first.probability < WORTH_READING:
            return [NotUsedReason("lower_sentence", ranked[0].score - first.score), *reasons]
        return [NotUsedReason("adds_nothing"), *reasons]

    def why_lower(self, weighed: FoundPassage) -> list[NotUsedReason]:
        """Returns the largest score gaps to the last passage that was read."""
        if self.last_read is None:
            return []
        own, other = weighed.parts, self.last_read.parts
        gaps = {"meaning": other.meaning - own.meaning, "words": other.words - own.words}
        gaps["agreement"] = other.agreement - own.agreement
        names = dict.fromkeys([*own.effects, *other.effects])
        gaps |= {name: other.effects.get(name, 0.0) - own.effects.get(name, 0.0) for name in names}
        return largest({f"lower_{name}" if name in LACKED else name: gap for name, gap in gaps.items()})

    @cached_property
    def last_read(self) -> FoundPassage | None:
        """The lowest passage that was read or quoted.

        None if none was.
        """
        weighed = self.retrieval.weighed
        read = [each for each in weighed if self.is_read(each.passage) or self.citations(each.passage)]
        return read[-1] if read else None


def is_same(one: Passage, other: Passage) -> bool:
    """Checks that two passages are the same span of the same document."""
    return (one.source, one.chunk.start) == (other.source, other.chunk.start)


def explain(bot: Bot, question: str, language: str, on: date, country: str = "") -> Explanation:
    """Tries a question as a visitor would ask it on a page in `language`.

    `country` is the alpha-2 code of the country chosen; "" if none is.
    Raises ExplanationError if the service fails, with the reason.
    """
    retrievals: list[Retrieval] = []
    plain = replace(bot, model=None, observe=retrievals.append)
    answer = plain.answer(question, on=on, country=country, language=language)
    if answer.outcome is Outcome.FAILED:
        raise ExplanationError(answer.reason)
    if not retrievals:  # greeted, or answered by the center: what the documents would have said
        retrievals.append(plain.retrieve(answer.standalone_question, answer.language, on))
    return Explanation(answer, retrievals[0])


def answer_again(bot: Bot, label: RelevanceLabel) -> Answer:
    """Returns today's answer, without a model, to a question with a relevance label."""
    plain = replace(bot, model=None)
    return plain.answer(label.question, on=label.on, country=label.about, language=label.language)


def speaks_against(verdict: Answerability) -> list[NotUsedReason]:
    """Returns the main reasons against an answer.

    That is the rule that excludes one, or the features that are weaker than usual.
    """
    if verdict.ruled:
        return [] if verdict.ruled == "held" else [NotUsedReason(verdict.ruled)]
    return largest({name: weight * (USUAL[name] - value) for name, (value, weight) in verdict.counted.items()})


def largest(gaps: dict[str, float]) -> list[NotUsedReason]:
    """Returns up to REASONS gaps of at least SMALLEST, the largest first."""
    ordered = sorted(gaps.items(), key=lambda each: -each[1])
    return [NotUsedReason(name, gap) for name, gap in ordered[:REASONS] if gap >= SMALLEST]
