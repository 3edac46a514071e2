"""Parts of a message with what was found for them, and their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.rewriting import only_names_country
from bot.query.answer_type import find_answer_type
from bot.query.continuation import is_continuation
from bot.query.conversation import set_side
from bot.query.countries import HOME, is_here
from bot.query.exemplars import INBOUND, SIDES
from bot.query.hosts import happens_there
from bot.query.parts import has_subject
from bot.query.query import Asked, Query
from bot.retrieval.additions import says_again
from bot.retrieval.retriever import Retrieval
from store.documents import Passage
from text.numbers import find_stated_figures
from text.scripts import IDEOGRAPH

RESTATED = -3.5
"""Score for adding something up to which a snippet only repeats what was quoted.

Six lines for a clause of 502 development questions have less than -1.5: the first three answer, two of the others not.
"""

ANSWERS_ALSO = 1.0
"""Score from which the quotes for one part answer another one."""

TIMES = ("duration", "date")
"""Types of answers that a clause without a subject asks of what was asked before."""

Search = Callable[[Asked], Retrieval]


@dataclass(frozen=True)
class Part:
    """One of several questions of a message, with what was found for it."""

    text: str
    retrieval: Retrieval

    @property
    def question(self) -> str:
        """The part as a question that can be read alone.

        As typed, unless it leans on what stands before, only names a country, or says not of what it asks.
        """
        is_whole = has_subject(self.text) and not is_continuation(self.text) and not only_names_country(self.text)
        return self.text if is_whole else self.retrieval.question.text

    @property
    def alone(self) -> Retrieval:
        """Retrieval to show a model: a clause of a divided question is the question."""
        found = self.retrieval
        return found if found.chosen is None else replace(found, question=replace(found.question, text=self.text))


def align(asked: Asked, quoted: Iterable[Passage]) -> Asked:
    """Returns a part of a message on the side of the passages quoted for others.

    And about their host country, if it names none. Unchanged if they are for both sides, if it names China as a place
    ("in Hangzhou", not "our Hangzhou people"), or if it names a host country beside quotes on coming to China. Of 5,784
    labelled questions with several parts 3 have some on each side.
    """
    about = [each.metadata for each in quoted if each.metadata.audience in SIDES]
    sides, places = {SIDES[each.audience] for each in about}, {each.countries for each in about} - {(HOME,)}
    is_china = asked.alone.home and (not is_here(asked.text) or happens_there(asked.text, is_home=True))
    if len(sides) != 1 or is_china or (INBOUND in sides and asked.alone.countries):
        return asked
    (side,), host = sides, next(iter(places)) if len(places) == 1 else ()
    return replace(asked, readings=[set_host(set_side(each, side), host) for each in asked.readings])


def set_host(question: Query, host: tuple[str, ...]) -> Query:
    """Returns a reading that is about a host country; unchanged if it names one.

    Or if `host` is not a single one.
    """
    return question if question.countries or len(host) != 1 else replace(question, countries=host, is_abroad=True)


def list_quoted(parts: Iterable[Part]) -> list[Passage]:
    """Returns the passages of the snippets that answer parts of a message best."""
    answered = [each.retrieval for each in parts if each.retrieval.support > 0]
    return [each.found[each.ranked[0].snippet.passage] for each in answered]


def adds(found: Retrieval, said: str) -> bool:
    """Checks that the best snippet adds something asked to earlier quotes.

    One whose words they have says it again. True if no model reads it.
    """
    if found.reader is None:
        return True
    (score,) = found.reader.scores(replace(found.read, given=said), [found.ranked[0].snippet])
    return score is not None and score > RESTATED and not repeats(said, found)


def repeats(said: str, found: Retrieval) -> bool:
    """Checks that quotes have the best snippet's figures and most of its words."""
    best = found.ranked[0].snippet
    return says_again(said, best) and set(find_stated_figures(best.text)) <= set(find_stated_figures(said))


def cover_open(parts: Sequence[Part]) -> list[Part]:
    """Returns the parts; one without an answer goes with one whose quotes answer it.

    "When did it begin, how much does it make?": the quote for the second part may hold the day.
    """
    covered = list(parts)
    for part in [each for each in parts if each.retrieval.support <= 0]:
        by_score = {answers_also(part, each): each for each in covered if each.retrieval.support > 0}
        if not by_score or max(by_score) <= ANSWERS_ALSO:
            continue
        best = by_score[max(by_score)]
        first, second = sorted((part, best), key=covered.index)
        covered[covered.index(best)] = replace(best, text=join_clauses(first.text, second.text))
        covered.remove(part)
    return covered


def answers_also(part: Part, other: Part) -> float:
    """Returns the judge's best score of another part's quotes for a part.

    Infinity if the part names no subject and asks for a time that they give: "do we report it, by when".
    Minus infinity if no model reads them.
    """
    found = other.retrieval
    asked = None if has_subject(part.text) else find_answer_type(part.text)
    if asked and asked.name in TIMES and asked.is_given(" ".join(each.text for each in found.quotes)):
        return float("inf")
    read = found.reader.scores(part.retrieval.read, found.quotes) if found.reader else []
    return max((score for score in read if score is not None), default=float("-inf"))


def join_clauses(first: str, second: str) -> str:
    """Returns two clauses as one title; either may be empty."""
    comma = "，" if IDEOGRAPH.search(first[-1:]) else ", "
    return f"{first}{comma}{second}" if first and second else first or second


def answering_lines(parts: Sequence[Part]) -> set[tuple[str, int]]:
    """Returns document and place of the snippets that answer parts of a message best."""
    return {best_line(each.retrieval) for each in parts if each.retrieval.support > 0}


def best_line(retrieval: Retrieval) -> tuple[str, int]:
    """Returns document and place of the snippet that answers best.

    Raises IndexError if there is none.
    """
    snippet = retrieval.ranked[0].snippet
    return retrieval.found[snippet.passage].source, snippet.start
