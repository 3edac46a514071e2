"""Query terms as readable words, in place of stems and pairs of ideographs."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.query.query import Query
from store.index import terms
from text.scripts import IDEOGRAPH

WORD = re.compile(r"[^\W_]+(?:[-'’.,%][^\W_]+)*%?")


def weigh_words(question: Query, among: Collection[str] | None = None) -> list[tuple[str, float]]:
    """Returns the words of a query, each with its share of the total weight (0 to 1).

    With `among`, only the words made of these terms.
    """
    total = sum(question.weights.values()) or 1.0
    whole = {term: word for word in WORD.findall(question.text) for term in terms(word) if not IDEOGRAPH.search(term)}
    found: list[tuple[str, float]] = []
    for term, weight in question.weights.items():
        if among is not None and term not in among:
            continue
        if found and continues_word(found[-1][0], term, question.text):
            found[-1] = found[-1][0] + term[1:], found[-1][1] + weight / total
        else:
            found.append((whole.get(term, term), weight / total))
    return found


def continues_word(word: str, pair: str, text: str) -> bool:
    """Checks that a pair of ideographs continues a word, as 润税 continues 利润."""
    return len(pair) == 2 and bool(IDEOGRAPH.search(pair)) and word[-1] == pair[0] and word + pair[1] in text
