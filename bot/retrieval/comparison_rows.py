"""Countries compared: the rows of one table that tell of each country that was asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from bot.query.countries import HOME, countries
from bot.query.query import Question
from bot.retrieval.snippet_ranking import share
from bot.retrieval.snippets import Unit, units
from store.documents import Passage
from store.index import terms

Rows = dict[str, Unit]


def compared(question: Question, passages: Sequence[Passage]) -> list[Unit]:
    """The rows in reading order, from the table whose heading says most of what was asked; none where fewer than two
    countries were asked about, or where that table, which is the one on the matter, does not have them all."""
    asked = {country for country in question.countries if country != HOME}
    if len(asked) < 2:
        return []
    best = max(tables(passages, asked), key=lambda rows: (said(question, rows), len(rows)), default={})
    if best.keys() != asked or not said(question, best):
        return []
    return sorted(best.values(), key=lambda unit: unit.start)


def tables(passages: Sequence[Passage], asked: Collection[str]) -> list[Rows]:
    """Of each table on several countries the first row for each of those asked about. A long table may be cut into
    several passages; one in the guide to a single country compares nothing."""
    found: dict[tuple[str, str, str], Rows] = defaultdict(dict)
    for number, passage in enumerate(passages):
        for unit in units(passage, number):
            for country in set(countries(first_cell(unit.text))) if unit.kind == "row" else ():
                found[passage.source, unit.context, unit.header].setdefault(country, unit)
    wide = [rows for rows in found.values() if len(rows) > 1]
    return [kept for rows in wide if (kept := {code: unit for code, unit in rows.items() if code in asked})]


def first_cell(row: str) -> str:
    return row.strip().strip("|").split("|")[0]


def said(question: Question, rows: Rows) -> float:
    """How much of the question, by weight, stands above a table."""
    above = next(iter(rows.values()))
    return share(terms(f"{above.context}\n{above.header}"), question.weights)
