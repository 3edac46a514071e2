"""Parts of a question: the questions that it asks one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from text.sentences import sentence_spans

ASKING = ("?", "？", "؟")
MOST = 4
"""Most parts of a question; one with more is read as a whole."""
SHORTEST = 4
"""Characters of the shortest sentence that counts as a question of its own."""

LONG = 120
"""UTF-8 bytes from which one sentence may ask several things: 40 ideographs, 120 letters."""


@dataclass(frozen=True)
class QuestionPart:
    """A question, and what stood before it in the same message."""

    text: str
    before: str = ""


def split_parts(question: str) -> list[QuestionPart]:
    """Returns the questions of a message, each with the sentences before it; one part if it asks one thing."""
    sentences = [question[start:end].strip() for start, end in sentence_spans(question)]
    asking = [number for number, each in enumerate(sentences) if each.endswith(ASKING) and len(each) >= SHORTEST]
    if not 2 <= len(asking) <= MOST or asking[-1] != len(sentences) - 1:
        return [QuestionPart(question)]
    first = " ".join(sentences[: asking[0] + 1])
    later = [QuestionPart(joined(sentences, before, at), first) for before, at in pairwise(asking)]
    return [QuestionPart(first), *later]


def may_ask_several(question: str) -> bool:
    """Checks that a message is long enough, or has sentences enough, to ask several things without saying so."""
    return len(question.encode()) >= LONG or len(list(sentence_spans(question))) > 1


def joined(sentences: list[str], before: int, at: int) -> str:
    """Returns a question with the sentences between it and the one before."""
    return " ".join(sentences[before + 1 : at + 1])
