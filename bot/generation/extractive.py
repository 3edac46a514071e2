"""Extractive answers: the snippet that answers best, its neighbours, and others that answer as well."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bot.generation.validity_warnings import is_other_version
from bot.query.answer_type import asks_list, expected_answer_type
from bot.query.query import Query
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet, find_snippets, width
from store.documents import Passage
from text.markdown_blocks import is_question_heading

CLOSE = 2
"""Maximum number of snippets that a refusal quotes."""
ANSWERS_AS_WELL = 0.7
"""Probability at which a further snippet is quoted."""
NEAR_PROSE = 6.0
"""Score gap up to which a sentence of the same running text is quoted: it is about one thing."""
ROOM = 150
"""Longest quote in ideographs (a letter counts 3/8); one snippet may be longer."""
LIST_ROOM = 420
"""ROOM for a list."""


def choose(question: Query, ranked: Sequence[RankedSnippet], passages: Sequence[Passage]) -> list[Snippet]:
    """Returns the snippets to quote in reading order: the best one, its neighbours, and those that answer as well."""
    best = ranked[0].unit
    chosen = belonging(question, best, passages)
    for other in ranked[1:]:
        fits = sum(map(size, chosen)) + size(other.unit) <= ROOM
        may_stand = may_stand_beside(passages[other.unit.passage], passages[best.passage])
        if other.unit not in chosen and answers_as_well(other, ranked[0], passages) and fits and may_stand:
            chosen.append(other.unit)
    order = {number: rank for rank, number in enumerate(dict.fromkeys(unit.passage for unit in chosen))}
    return sorted(chosen, key=lambda unit: (order[unit.passage], unit.start))


def answers_as_well(other: RankedSnippet, best: RankedSnippet, passages: Sequence[Passage]) -> bool:
    """Checks that a snippet answers as well as the best one, or is a sentence of the same running text."""
    if other.probability >= ANSWERS_AS_WELL:
        return True
    is_prose = best.unit.kind == other.unit.kind == "sentence" and best.unit.passage == other.unit.passage
    is_document = passages[best.unit.passage].metadata.kind == "document"
    return is_prose and is_document and best.score - other.score <= NEAR_PROSE


def may_stand_beside(other: Passage, best: Passage) -> bool:
    """Checks that a passage may be quoted beside the best one.

    Not in another language, not in a version that does not apply beside one that does, nor in another version.
    """
    same_language = other.metadata.language == best.metadata.language
    is_older = is_outdated(other) and not is_outdated(best)
    return same_language and not is_older and not is_other_version(best, other)


def is_outdated(passage: Passage) -> bool:
    """Checks that a document does not apply on the day."""
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
    room = LIST_ROOM if whole_list and best.kind == "item" else ROOM
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
    harmless = (each.unit for each in ranked if each.unit.is_unknown or not (asked and asked.is_given(each.unit.text)))
    return list(islice(harmless, CLOSE))


def size(unit: Snippet) -> float:
    """Returns the length of a snippet in ideographs."""
    return width(unit.text)
