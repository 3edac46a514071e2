"""Quotes: the best snippet, its neighbours, and others that add what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bot.query.answer_type import asks_list, find_answer_type
from bot.query.continuation import asks_itself
from bot.query.exemplars import SIDES
from bot.query.query import Query
from bot.retrieval.additions import Reader, find_additions
from bot.retrieval.scoring import is_about_another_country
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet, find_snippets
from store.answerability.encoding import QuestionToRead
from store.documents import Passage
from text.markdown_blocks import is_question_heading
from text.scripts import width

CLOSE = 2
"""Maximum number of snippets that a refusal quotes."""
WORTH_READING = 0.1
"""Least probability, as the judge sees it, of a snippet shown to a model as likely.

And of a sentence of a model.
"""
NEAR_PROSE = 6.0
"""Score gap up to which a sentence of the same running text is quoted.

Such a text is about one thing.
"""
AS_GOOD = 1.5
"""Score gap up to which another document answers as well as the best one."""
ROOM = 150
"""Longest quote in ideographs (a letter counts 3/8); one snippet may be longer."""
LIST_ROOM = 420
"""ROOM for a list."""


def choose_quotes(
    read: QuestionToRead,
    question: Query,
    ranked: Sequence[RankedSnippet],
    passages: Sequence[Passage],
    reader: Reader | None,
) -> list[Snippet]:
    """Returns the snippets to quote.

    Those that lead, in reading order, then those that add something; without a reader only the former.
    """
    chosen, others = choose_leading(read, question, ranked, passages)
    for snippet in find_additions(read, question, chosen, others, reader) if reader else []:
        if has_room(chosen, snippet, LIST_ROOM):
            chosen.append(snippet)
    return chosen


def choose_leading(
    read: QuestionToRead, question: Query, ranked: Sequence[RankedSnippet], passages: Sequence[Passage]
) -> tuple[list[Snippet], list[Snippet]]:
    """Returns the quotes that lead, and the snippets that may be added to them.

    Those that lead are the best snippet with its neighbours, sentences about as good, and what another document says
    as well.
    """
    chosen = best_with_neighbours(question, ranked[0].snippet, passages, wants_list(read.text, question.text))
    beside = may_stand_beside_best(question, ranked, passages)
    near = [each for each in beside if is_near_prose(each, ranked[0], passages)]
    for other in [*near, *find_rival(ranked[0], beside, passages)]:
        if has_room(chosen, other.snippet):
            chosen.append(other.snippet)
    return in_reading_order(chosen), [each.snippet for each in beside]


def find_rival(
    best: RankedSnippet, beside: Sequence[RankedSnippet], passages: Sequence[Passage]
) -> list[RankedSnippet]:
    """Returns the best snippet of another document if it answers about as well.

    Two notices may be on halls of the same name, and the question does not say which: both are quoted, each under its
    title. Empty if there is none about the same countries, for a guide, which is the only one on its matter, and if
    neither applies: then there may be two versions.
    """
    own = passages[best.snippet.passage]
    if own.metadata.kind != "document" or is_outdated(own):
        return []
    others = [
        each
        for each in beside
        for other in [passages[each.snippet.passage]]
        if other.source != own.source
        and (other.metadata.kind, other.metadata.countries) == (own.metadata.kind, own.metadata.countries)
    ]
    return [each for each in others[:1] if best.score - each.score <= AS_GOOD]


def may_stand_beside_best(
    question: Query, ranked: Sequence[RankedSnippet], passages: Sequence[Passage]
) -> list[RankedSnippet]:
    """Returns the snippets that may stand beside the best one."""
    best = passages[ranked[0].snippet.passage]
    return [
        each
        for each in ranked[1:]
        for own in [passages[each.snippet.passage]]
        if may_stand_beside(own, best) and not is_about_another_country(question, own, each.snippet.text)
    ]


def in_reading_order(snippets: Sequence[Snippet]) -> list[Snippet]:
    """Returns snippets in reading order, those of the first one's passage first."""
    order = {number: rank for rank, number in enumerate(dict.fromkeys(snippet.passage for snippet in snippets))}
    return sorted(snippets, key=lambda snippet: (order[snippet.passage], snippet.start))


def has_room(chosen: Sequence[Snippet], snippet: Snippet, room: float = ROOM) -> bool:
    """Checks that a snippet is not quoted yet and fits beside those that are."""
    return snippet not in chosen and sum(map(snippet_width, chosen)) + snippet_width(snippet) <= room


def is_near_prose(other: RankedSnippet, best: RankedSnippet, passages: Sequence[Passage]) -> bool:
    """Checks that a snippet is a sentence near the best one, and about as good.

    Both are in the running text of one passage of a document that is no guide, under one heading, and answer the same
    question of it, if it has any.
    """
    is_prose = best.snippet.kind == other.snippet.kind == "sentence" and best.snippet.passage == other.snippet.passage
    is_of_one = best.snippet.context == other.snippet.context
    is_document = passages[best.snippet.passage].metadata.kind == "document"
    return is_prose and is_of_one and is_document and best.score - other.score <= NEAR_PROSE


def may_stand_beside(other: Passage, best: Passage) -> bool:
    """Checks that a passage may be quoted beside the best one.

    Not in another language or for the other side, not in a version that does not apply beside one that does, nor in
    another version.
    """
    same_language = other.metadata.language == best.metadata.language
    is_opposite = SIDES.get(other.metadata.audience, 0) * SIDES.get(best.metadata.audience, 0) < 0
    is_older = is_outdated(other) and not is_outdated(best)
    return same_language and not is_opposite and not is_older and not is_other_version(best, other)


def is_other_version(one: Passage, other: Passage) -> bool:
    """Checks that two passages are of two versions of one document.

    That is known if one replaces the other, or both are replaced by the same document.
    """
    if one.source == other.source:
        return False
    replaced = {one.replaced_by, other.replaced_by} - {""}
    return bool(replaced & {one.source, other.source}) or (len(replaced) == 1 and one.replaced_by == other.replaced_by)


def is_outdated(passage: Passage) -> bool:
    """Checks that a document does not apply on the day."""
    return not passage.validity.may_apply


def wants_list(question: str, reading: str) -> bool:
    """Checks that a question wants a whole list.

    Its own words decide, not those of its reading, which begins with what was asked before: who asked for all steps
    and now asks for the visa wants one of them. Only "And in Russia?" wants what the question before it wanted.
    """
    return asks_list(question if asks_itself(question) else reading)


def best_with_neighbours(
    question: Query, best: Snippet, passages: Sequence[Passage], whole_list: bool
) -> list[Snippet]:
    """Returns the best snippet with its neighbours if they form one answer.

    That is a whole list if one is wanted, an article, or a short section. A sentence of a guide stands alone, unless it
    answers the question above it.
    """
    passage = passages[best.passage]
    whole_list = whole_list and not (best.kind == "sentence" and passage.metadata.kind == "guide")
    snippets = find_snippets(passage, best.passage)
    if article := question.names_article(passage.source):
        whole = [snippet for snippet in snippets if passage.chunk.article_at(snippet.start) == article]
        return until_full(whole, best, LIST_ROOM)
    family = [snippet for snippet in snippets if snippet.context == best.context]
    if not (whole_list or is_question_heading(best.context)):
        return [best]
    room = LIST_ROOM if whole_list and best.kind == "item" else ROOM
    if (best.kind != "row" or room == LIST_ROOM) and sum(map(snippet_width, family)) <= room:
        return family
    if whole_list and best.kind != "sentence":
        return until_full([snippet for snippet in family if snippet.kind == best.kind], best, room)
    return [best]


def until_full(family: list[Snippet], best: Snippet, room: int) -> list[Snippet]:
    """Returns the best snippet and the neighbours that fit into the room."""
    run = [best]
    for snippet in family:
        if snippet != best and sum(map(snippet_width, run)) + snippet_width(snippet) <= room:
            run.append(snippet)
    return run


def choose_closest(question: Query, ranked: Sequence[RankedSnippet]) -> list[Snippet]:
    """Returns the best snippets for a refusal to quote.

    None of them could be taken for the figure that was asked for.
    """
    asked = find_answer_type(question.text)
    harmless = (
        each.snippet for each in ranked if each.snippet.is_unknown or not (asked and asked.is_given(each.snippet.text))
    )
    return list(islice(harmless, CLOSE))


def snippet_width(snippet: Snippet) -> float:
    """Returns the length of a snippet in ideographs."""
    return width(snippet.text)
