"""Parts of a message with what was found for them, and their lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.query.continuation import leans
from bot.query.query import Asked
from bot.retrieval.additions import says_again
from bot.retrieval.answerability import assess_answerability
from bot.retrieval.retriever import Retrieval

FARTHER = 4.0
"""Score by which a snippet of another document must lead to answer a part that names no subject of its own.

"Can customs look out for fakes of my brand, and how long is that good for" got the term of an ATA Carnet. Of 300 double
questions as many get all parts answered with this as without, with fewer idle lines (.46 instead of .47 an answer).
"""
RESTATED = -3.5
"""Score for adding something up to which a snippet only repeats what was quoted.

Six lines for a clause of 502 development questions have less than -1.5: the first three answer, two of the others not.
"""

Search = Callable[[Asked], Retrieval]


@dataclass(frozen=True)
class Part:
    """One of several questions of a message, with what was found for it."""

    text: str
    retrieval: Retrieval

    @property
    def alone(self) -> Retrieval:
        """Retrieval to show a model: a clause of a divided question is the question."""
        found = self.retrieval
        return found if found.chosen is None else replace(found, question=replace(found.question, text=self.text))


def keep_to(sources: Collection[str], text: str, found: Retrieval) -> Retrieval:
    """Returns a retrieval with only its snippets of the documents before.

    Unchanged if the part `text` names a subject of its own, if the best snippet is of these `sources`, or if they have
    none that is about as good and answers.
    """
    if not leans(text):
        return found
    own = [each for each in found.ranked if found.found[each.snippet.passage].source in sources]
    if not own or own[0] is found.ranked[0] or found.ranked[0].score - own[0].score > FARTHER:
        return found
    kept = replace(found, ranked=own, verdict=assess_answerability(found.question, found.searched, own, ()))
    return kept if kept.support > 0 else found


def adds(found: Retrieval, said: str) -> bool:
    """Checks that the best snippet adds something asked to earlier quotes.

    One whose words they have says it again. True if no model reads it.
    """
    if found.reader is None:
        return True
    (score,) = found.reader.scores(replace(found.read, given=said), [found.ranked[0].snippet])
    return score is not None and score > RESTATED and not says_again(said, found.ranked[0].snippet)


def answering_lines(parts: Sequence[Part]) -> set[tuple[str, int]]:
    """Returns document and place of the snippets that answer parts of a message best."""
    return {best_line(each.retrieval) for each in parts if each.retrieval.support > 0}


def best_line(retrieval: Retrieval) -> tuple[str, int]:
    """Returns document and place of the snippet that answers best.

    Raises IndexError if there is none.
    """
    snippet = retrieval.ranked[0].snippet
    return retrieval.found[snippet.passage].source, snippet.start
