"""Query terms as whole words, in place of stems and pairs of ideographs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.query.query import Query
from store.index import term_spans, terms
from text.scripts import IDEOGRAPH

BETWEEN = "的了在和与是被把就都也之及或其该等吗呢吧"
"""Ideographs that are part of no word beside them."""
AFTER = f"{BETWEEN}有"
"""Those that end the word before them; 有 begins one, as in 有效期."""

Span = tuple[int, int]


def weigh_words(
    question: Query, among: Collection[str] | None = None, texts: Sequence[str] = ()
) -> list[tuple[str, float]]:
    """Returns the words of a query, each with its share of the total weight (0 to 1).

    With `among`, only the words made of these terms, in Chinese as far as one of the `texts` has them in one stretch.
    Words that the query does not have itself, such as official terms, come last.
    """
    wanted = frozenset(question.weights if among is None else among)
    spans = [widen(question.text, span, texts) for span in term_spans(question.text, wanted)]
    return weigh_spans(question, wanted, spans)


def weigh_others(question: Query, among: Collection[str], held: Collection[str]) -> list[tuple[str, float]]:
    """Returns the words of a query made of these terms, with their shares.

    They are without what is part of a `held` word: a pair of ideographs between two held words is no word.
    """
    known = {place for span in term_spans(question.text, frozenset(held)) for place in range(*span)}
    return weigh_spans(question, among, [trim(*span, known) for span in term_spans(question.text, frozenset(among))])


def weigh_spans(question: Query, wanted: Collection[str], spans: Sequence[Span]) -> list[tuple[str, float]]:
    """Returns the words at these places of a query, each once, with their shares.

    Those that are wanted and stand nowhere in it come last.
    """
    total = sum(question.weights.values()) or 1.0
    known = set(terms(question.text))
    words = dict.fromkeys(question.text[start:end] for start, end in spans if start < end)
    words |= dict.fromkeys(join_pairs(term for term in question.weights if term in wanted and term not in known))
    shares = {word: {*terms(word), word} & question.weights.keys() & {*wanted} for word in words}
    return [(word, sum(question.weights[term] for term in own) / total) for word, own in shares.items()]


def join_pairs(found: Iterator[str]) -> Iterator[str]:
    """Joins pairs of ideographs that follow one another, as 利润 and 润税.

    Other terms stay.
    """
    word = ""
    for term in found:
        if word and IDEOGRAPH.search(word) and len(term) == 2 and term[0] == word[-1]:
            word += term[1]
        else:
            yield from [word] if word else []
            word = term
    yield from [word] if word else []


def find_words(text: str, held: Collection[str], question: str) -> list[Span]:
    """Returns the places of a question's words in a passage.

    In Chinese these are stretches that both have.
    """
    return [widen(text, span, [question]) for span in term_spans(text, frozenset(held))]


def list_words(text: str, held: Collection[str], question: Query) -> list[str]:
    """Returns the words of a question that a passage has, each in its longest form.

    The held ones that it spells differently are given as the question does.
    """
    places: dict[frozenset[str], str] = {}
    for start, end in find_words(text, held, question.text):
        places.setdefault(frozenset(terms(text[start:end])) & frozenset(held), text[start:end])
    words = [word for own, word in places.items() if not any(own < other for other in places)]
    found = frozenset[str]().union(*places)
    return words + [word for word, _ in weigh_others(question, frozenset(held) - found, found)]


def widen(text: str, span: Span, others: Sequence[str]) -> Span:
    """Widens a stretch of ideographs as far as one of the other texts has it too."""
    start, end = span
    if not IDEOGRAPH.search(text[start:end]):
        return span
    while belongs(text[end : end + 1], AFTER) and any(text[start : end + 1] in other for other in others):
        end += 1
    while belongs(text[max(start - 1, 0) : start], BETWEEN) and any(text[start - 1 : end] in each for each in others):
        start -= 1
    return start, end


def belongs(sign: str, apart: str) -> bool:
    """True for an ideograph that is not one of those that stand apart."""
    return bool(IDEOGRAPH.match(sign)) and sign not in apart


def trim(start: int, end: int, known: Collection[int]) -> Span:
    """Shortens a span at both ends by the places that are known.

    It is empty if one place of several is left.
    """
    whole = end - start
    while start < end and start in known:
        start += 1
    while start < end and end - 1 in known:
        end -= 1
    return (start, start) if end - start == 1 < whole else (start, end)
