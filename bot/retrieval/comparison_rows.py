"""Comparison rows: the rows of one table on each country that was asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from bot.query.countries import HOME, countries
from bot.query.query import Query
from bot.retrieval.shortlist import share
from bot.retrieval.snippets import Snippet, find_snippets, first_cell
from store.documents import Passage
from store.index import terms

Rows = dict[str, Snippet]
OWN_SHARE = 0.3
"""Share of the words of a later question that a table has above it: else it is not about what the table compares."""


def compared(question: Query, alone: Query, passages: Sequence[Passage]) -> list[Snippet]:
    """Returns the rows to compare in reading order, from the most relevant table.

    Relevance is the share of the query in the table's heading and header. Empty if fewer than two countries were asked
    about, or if that table lacks one of them. `alone` is the question without what was asked before: after a comparison
    somebody may ask something else.
    """
    asked = {country for country in question.countries if country != HOME}
    if len(asked) < 2:
        return []
    best = max(
        tables(passages, asked), key=lambda rows: (said(alone, rows), said(question, rows), len(rows)), default={}
    )
    if best.keys() != asked or not said(question, best):
        return []
    names_them = len(set(countries(alone.text)) - {HOME}) > 1
    if not names_them and said(alone, best) < OWN_SHARE * sum(alone.weights.values()):
        return []
    return sorted(best.values(), key=lambda unit: unit.start)


def tables(passages: Sequence[Passage], asked: Collection[str]) -> list[Rows]:
    """Returns per comparison table the first row for each country asked about.

    A long table may be split into several passages. A table on a single country is no comparison.
    """
    found: dict[tuple[str, str, str], Rows] = defaultdict(dict)
    for number, passage in enumerate(passages):
        for unit in find_snippets(passage, number):
            for country in set(countries(first_cell(unit.text))) if unit.kind == "row" else ():
                found[passage.source, unit.context, unit.header].setdefault(country, unit)
    wide = [rows for rows in found.values() if len(rows) > 1]
    return [kept for rows in wide if (kept := {code: unit for code, unit in rows.items() if code in asked})]


def said(question: Query, rows: Rows) -> float:
    """Returns the weight of the query terms in a table's heading and header."""
    above = next(iter(rows.values()))
    return share(terms(f"{above.context}\n{above.header}"), question.weights)
