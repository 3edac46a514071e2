"""The terms of a question as a person reads them: whole words in place of stems and pairs of ideographs."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.query.query import Question
from store.index import terms
from text.scripts import IDEOGRAPH

WORD = re.compile(r"[^\W_]+(?:[-'’.,%][^\W_]+)*%?")


def worded(question: Question, among: Collection[str] | None = None) -> list[tuple[str, float]]:
    """The words of a question, each with its share of the weight of all, 0 to 1; only those made of the terms `among`
    where these are given."""
    total = sum(question.weights.values()) or 1.0
    whole = {term: word for word in WORD.findall(question.text) for term in terms(word) if not IDEOGRAPH.search(term)}
    found: list[tuple[str, float]] = []
    for term, weight in question.weights.items():
        if among is not None and term not in among:
            continue
        if found and goes_on(found[-1][0], term, question.text):
            found[-1] = found[-1][0] + term[1:], found[-1][1] + weight / total
        else:
            found.append((whole.get(term, term), weight / total))
    return found


def goes_on(word: str, pair: str, text: str) -> bool:
    """Whether a pair of ideographs goes on with a word, as 润税 with 利润."""
    return len(pair) == 2 and bool(IDEOGRAPH.search(pair)) and word[-1] == pair[0] and word + pair[1] in text
