"""Extractive answers: the best snippet, its neighbours, and those about as good."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bot.generation.validity_warnings import is_other_version
from bot.query.answer_type import asks_list, expected_answer_type, heading_for
from bot.query.query import Query
from bot.retrieval.snippet_ranking import RankedSnippet, is_given
from bot.retrieval.snippets import Snippet, find_snippets, width
from store.documents import Passage
from text.markdown_blocks import is_question_heading

CLOSE = 2
"""Maximum number of snippets that a refusal quotes."""
NEAR = 4.0
"""Largest score gap to the best snippet at which another is quoted."""
NEAR_PROSE = 10.0
"""NEAR for a sentence of the same running text, which is about one thing."""
NEAR_OTHER = 2.0
"""NEAR for a snippet of another document."""
ROOM = 150
"""Longest quote in ideographs (a letter counts 3/8); one snippet may be longer."""
LIST_ROOM = 420
"""ROOM for a list."""


def choose(question: Query, ranked: Sequence[RankedSnippet], passages: Sequence[Passage]) -> list[Snippet]:
    """Returns the snippets to quote in reading order.

    These are the best one, its neighbours, and those nearly as good.
    """
    best = ranked[0] if is_question_heading(ranked[0].unit.context) else under_heading(question, ranked) or ranked[0]
    chosen = belonging(question, best.unit, passages)
    for other in ranked[1:]:
        near = near_enough(question, best.unit, other, passages)
        fits = sum(map(size, chosen)) + size(other.unit) <= ROOM
        # a version that does not apply must not stand beside one that does
        outdated = is_outdated(passages[other.unit.passage]) and not is_outdated(passages[best.unit.passage])
        outdated |= is_other_version(passages[best.unit.passage], passages[other.unit.passage])
        if other.unit not in chosen and other.score >= best.score - near and fits and not outdated:
            chosen.append(other.unit)
    order = {number: rank for rank, number in enumerate(dict.fromkeys(unit.passage for unit in chosen))}
    return sorted(chosen, key=lambda unit: (order[unit.passage], unit.start))


def near_enough(question: Query, best: Snippet, other: RankedSnippet, passages: Sequence[Passage]) -> float:
    """Returns the score gap to the best at which another snippet is quoted with it."""
    unit = other.unit
    if passages[best.passage].source != passages[unit.passage].source:
        return NEAR_OTHER
    if question.article or not other.gives:
        return NEAR
    prose = best.kind == unit.kind == "sentence" and not is_question_heading(best.context)
    return NEAR_PROSE if prose and (best.passage, best.context) == (unit.passage, unit.context) else NEAR


def under_heading(question: Query, ranked: Sequence[RankedSnippet]) -> RankedSnippet | None:
    """Returns the best snippet under the heading asked for, or None if it is not near."""
    wanted = heading_for(question.text)
    if wanted is None:
        return None
    near = (each for each in ranked if each.score >= ranked[0].score - NEAR)
    return next((each for each in near if wanted.search(each.unit.context)), None)


def is_outdated(passage: Passage) -> bool:
    """Checks that a document does not apply on the day.

    It must not be quoted beside one that does.
    """
    return not passage.validity.may_apply


def belonging(question: Query, best: Snippet, passages: Sequence[Passage]) -> list[Snippet]:
    """Returns the best snippet with its neighbours if they form one answer.

    That is a whole list, an article, or a short section.
    """
    passage = passages[best.passage]
    family = [unit for unit in find_snippets(passage, best.passage) if unit.context == best.context]
    if article := question.names_article(passage.source):
        whole = [unit for unit in family if passage.chunk.article_at(unit.start) == article]
        return until_full(whole, best, LIST_ROOM)
    whole_list = asks_list(question.text)
    if not (whole_list or is_question_heading(best.context)):
        return [best]
    wanted = heading_for(question.text)
    room = LIST_ROOM if whole_list and (best.kind == "item" or (wanted and wanted.search(best.context))) else ROOM
    if (best.kind != "row" or room == LIST_ROOM) and sum(map(size, family)) <= room:
        return family
    if whole_list and best.kind != "sentence":
        return until_full([unit for unit in family if unit.kind == best.kind], best, room)
    return [best]


def until_full(family: list[Snippet], best: Snippet, room: int) -> list[Snippet]:
    """Returns the best snippet and the neighbours that fit into the room."""
    run = [best]
    for unit in family:
        if unit != best and sum(map(size, run)) + size(unit) <= room:
            run.append(unit)
    return run


def close(question: Query, ranked: Sequence[RankedSnippet]) -> list[Snippet]:
    """Returns the best snippets for a refusal to quote.

    None of them could be taken for the figure that was asked for.
    """
    asked = expected_answer_type(question.text)
    harmless = (each.unit for each in ranked if each.unit.is_unknown or not is_given(asked, each.unit))
    return list(islice(harmless, CLOSE))


def size(unit: Snippet) -> float:
    """Returns the length of a snippet in ideographs."""
    return width(unit.text)
