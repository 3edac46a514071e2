"""Comparisons: table rows on the countries asked about, or the countries in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean

from bot.query.continuation import asks_itself
from bot.query.countries import HOME, countries, mention_spans
from bot.query.query import Asked, Query
from bot.retrieval.additions import lead_of
from bot.retrieval.shortlist import EXEMPLAR_WEIGHT, share
from bot.retrieval.snippet_ranking import EVIDENCE_WEIGHT, UNREAD, RankedSnippet
from bot.retrieval.snippets import Snippet, find_snippets, first_cell
from store.documents import Passage
from store.index import term_set
from text.lexicon.load import alternatives, bodies, pattern

Rows = dict[str, Snippet]
FURTHER_SHARE = 0.05
"""Least share of the question's words that the header of a further table adds."""
ABOUT_AS_CLOSE = 0.05
"""Largest mean lag of a further table's exemplars behind the first table's.

"Corporate tax and VAT, which is lower in Kazakhstan or Uzbekistan" is in two tables of the same headers but for a word.
Chosen on five comparisons: two of three on two taxes get both tables, the two on one tax get one.
"""
OWN_SHARE = 0.3
"""Least share of the words of a later question above a table.

Below it the question is about something else.
"""
BEYOND = 7.0
"""Lag of rows behind the best snippet from which they compare something else.

On average, in points. Of 28 comparisons with rows, unseen by the exemplars, it left out three tables: two on something
else, and one with one right row of two; those that answer lagged by 5 at most. Measured before the question encoder,
whose leads weigh more.
"""
BEYOND_A_PART = 12.0
"""BEYOND if the best snippet compares some of the countries asked about, not all.

"Compare corporate tax in Brazil, Russia and Indonesia", in Chinese: a line on Brazil, Russia, India and South Africa
led by 10.
"""
LEAD_WEIGHT = EVIDENCE_WEIGHT * EXEMPLAR_WEIGHT
"""Weight of exemplars beside the score of the model, as in the ranking."""
COMPARES, TABLE = pattern("comparison.words"), pattern("comparison.table")
BETWEEN_COUNTRIES = re.compile(
    rf"[\s,，、،]*(?:{'|'.join(map(bodies, ('part.joining', 'guide_heading.and')))}|跟|vs)?\s*"
    rf"(?:(?:{alternatives('place.at')})\s+)?(?:the |a |o )?",
    re.IGNORECASE,
)
"""Text between two countries of a row: "in Vietnam, in Indonesia and in China"."""
MOST_COMPARED = 4
"""Most countries that are answered one by one."""


def find_rows_to_compare(question: Query, alone: Query, passages: Sequence[Passage]) -> list[list[Snippet]]:
    """Returns the rows to compare, in reading order, by table.

    From the most relevant table, and from others that have further words of the question or that exemplars speak for as
    much.
    Relevance is the share of the query in a table's heading and header. Empty if fewer than two countries were asked
    about, or if that table lacks one of them. `alone` is the question without what was asked before: after a comparison
    people may ask something else.
    """
    asked = countries_to_compare(question, alone)
    if len(asked) < 2 and not asks_for_table(question, alone):
        return []
    found = tables(passages, asked)
    best = max(
        found, key=lambda rows: (header_weight(alone, rows), header_weight(question, rows), len(rows)), default=Rows()
    )
    asked = asked or set(best)
    if not best or best.keys() != asked or not header_weight(question, best):
        return []
    names_them = len(asked.intersection(countries(alone.text))) > 1
    if not names_them and header_weight(alone, best) < OWN_SHARE * sum(alone.weights.values()):
        return []
    chosen = [best]
    for rows in found:
        adds = weigh_added_header(alone, rows, chosen) >= FURTHER_SHARE * sum(alone.weights.values())
        if rows.keys() == asked and (adds or are_as_close(question, rows, chosen)):
            chosen.append(rows)
    return [sorted(rows.values(), key=lambda snippet: snippet.start) for rows in chosen]


def countries_to_compare(question: Query, alone: Query) -> set[str]:
    """Returns the host countries asked about.

    With China if a question that compares names it beside one of them, "is it higher than in China?", or in a row with
    several: "Chinese firms in Vietnam or Indonesia" are not compared with China.
    """
    hosts = set(question.countries) - {HOME}
    is_compared = alone.home and COMPARES.search(alone.text) and (len(hosts) == 1 or is_home_in_row(alone.text))
    return hosts | {HOME} if hosts and is_compared else hosts


def asks_for_table(question: Query, alone: Query) -> bool:
    """Checks that a message wants a table of countries, and names none of them.

    It asks nothing: "which country in your table has the lowest tax?" wants a sentence.
    """
    return not question.countries and bool(TABLE.search(alone.text)) and not asks_itself(alone.text)


def is_home_in_row(text: str) -> bool:
    """Checks that China stands next to a host country in a row of countries."""
    return any(
        HOME in (code, other) and code != other and BETWEEN_COUNTRIES.fullmatch(text, end, start)
        for (_, end, code), (start, _, other) in pairwise(mention_spans(text))
    )


def come_near(rows: Sequence[Snippet], scores: Sequence[float | None], best: RankedSnippet, question: Query) -> bool:
    """Checks by the model's scores that rows answer about as well as the best snippet."""
    own = [UNREAD if score is None else score for score in scores]
    worth = [
        score + LEAD_WEIGHT * lead_of(snippet, question.exemplars) for score, snippet in zip(own, rows, strict=True)
    ]
    asked = {country for row in rows for country in countries(first_cell(row.text))}
    lag = BEYOND_A_PART if 0 < len(asked & set(countries(best.snippet.text))) < len(asked) else BEYOND
    return mean(worth) >= best.read + LEAD_WEIGHT * lead_of(best.snippet, question.exemplars) - lag


def rest_of_tables(first: Sequence[Passage], others: Sequence[Passage]) -> list[Passage]:
    """Returns the passages that go on with a table of the first ones.

    A long table is split into several passages.
    """
    begun = {name for each in first for name in table_names(each)}
    return [each for each in others if begun.intersection(table_names(each))]


def table_names(passage: Passage) -> set[tuple[str, str, str]]:
    """Returns source, heading and header of the tables in a passage."""
    rows = (each for each in find_snippets(passage, 0) if each.kind == "row")
    return {(passage.source, each.context, each.header) for each in rows}


def tables(passages: Sequence[Passage], asked: Collection[str]) -> list[Rows]:
    """Returns per comparison table the first row for each country asked about.

    For all countries if none is asked about.
    A long table may be split into several passages. A table on a single country is no comparison.
    """
    found: dict[tuple[str, str, str], Rows] = defaultdict(dict)
    for number, passage in enumerate(passages):
        for snippet in find_snippets(passage, number):
            for country in set(countries(first_cell(snippet.text))) if snippet.kind == "row" else ():
                found[passage.source, snippet.context, snippet.header].setdefault(country, snippet)
    wide = [rows for rows in found.values() if len(rows) > 1]
    kept = [{code: snippet for code, snippet in rows.items() if code in asked or not asked} for rows in wide]
    return [rows for rows in kept if rows]


def header_weight(question: Query, rows: Rows) -> float:
    """Returns the weight of the query terms in a table's heading and header."""
    above = next(iter(rows.values()))
    return share(term_set(f"{above.context}\n{above.header}"), question.weights)


def weigh_added_header(question: Query, rows: Rows, chosen: Sequence[Rows]) -> float:
    """Returns the weight of the query terms that a header adds to those chosen."""
    own, *others = (term_set(next(iter(each.values())).header) for each in (rows, *chosen))
    return share(own.difference(*others), question.weights)


def are_as_close(question: Query, rows: Rows, chosen: Sequence[Rows]) -> bool:
    """Checks that a table's exemplars are about as close as the first chosen table's."""
    first, own = (mean(lead_of(snippet, question.exemplars) for snippet in each.values()) for each in (chosen[0], rows))
    return rows not in chosen and own > 0 and first - own <= ABOUT_AS_CLOSE


def find_compared_countries(asked: Asked) -> list[str]:
    """Returns the countries that a question may compare, in order; else []."""
    named = countries(text_that_compares(asked))
    compared = countries_to_compare(replace(asked.alone, countries=named), asked.alone)
    return [each for each in named if each in compared] if 1 < len(compared) <= MOST_COMPARED else []


def text_that_compares(asked: Asked) -> str:
    """Returns the text of a question; behind what was asked before if it compares.

    "Is that higher than in China?" compares with the country before.
    """
    return asked.readings[0].text if COMPARES.search(asked.text) else asked.text


def put_in_place(text: str, country: str, compared: Collection[str]) -> str:
    """Returns a text with one country in place of each one compared.

    A row of them becomes one. Others stay: "Hangzhou firms in Thailand and Vietnam".
    Raises StopIteration if the text does not name the country.
    """
    spans = [each for each in mention_spans(text) if each[2] in compared]
    words = next(text[start:end] for start, end, code in spans if code == country)
    put, last = "", 0
    for start, end, _ in spans:
        if not put or not BETWEEN_COUNTRIES.fullmatch(text, last, start):
            put += text[last:start] + words
        last = end
    return put + text[last:]


def compares(snippet: Snippet, compared: Collection[str]) -> bool:
    """Checks that a snippet names all countries that are compared, at least two."""
    return len(compared) > 1 and set(countries(snippet.text)).issuperset(compared)


def is_about(country: str, snippet: Snippet, passage: Passage) -> bool:
    """Checks that a snippet is about a country.

    Its document is about this country only, or its text names it, in a row the first cell.
    """
    named = countries(first_cell(snippet.text) if snippet.kind == "row" else snippet.text)
    return country in named or set(passage.metadata.countries) == {country}
