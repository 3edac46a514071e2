"""Quotes: the best snippet, its neighbours, and others that add what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.query.answer_type import asks_list, expected_answer_type
from bot.query.continuation import asks_itself
from bot.query.query import Query
from bot.retrieval.clauses import Reader, for_clauses
from bot.retrieval.scoring import is_about_another_country
from bot.retrieval.snippet_ranking import RankedSnippet, probability
from bot.retrieval.snippets import Snippet, find_snippets
from store.answerability.encoding import QuestionToRead
from store.documents import Passage
from store.index.tables.full_text import terms
from text.markdown_blocks import is_question_heading
from text.scripts import width

CLOSE = 2
"""Maximum number of snippets that a refusal quotes."""
WORTH_READING, MOST_READ = 0.1, 8
"""Least probability of a snippet that is read again, and the most such snippets.

They are read for what they add to the quotes.
"""
ADDS, MOST_ADDED = 0.95, 2
"""Least probability of adding something for a quote, and the most such quotes.

Of 377 right development answers 61 get more: 13 of the 16 that can get a part or figure they lack, 12 an idle line.
"""
MAY_ADD, MOST_SHARED = 1.5, 0.6
"""Least score for adding something, and the largest share of words quoted already.

With these a sentence or item that likely answers is quoted too. Of 428 right development answers 18 get another line
that answers, 3 an idle one; of 224 answers on two fresh lists 20 get a line, 7 of the 63 that readers found half the
part that they lacked.
"""
NEAR_PROSE = 6.0
"""Score gap up to which a sentence of the same running text is quoted.

Such a text is about one thing.
"""
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

    The best one with its neighbours, then those that add something, both in reading order. Without a reader nothing
    tells what adds something.
    """
    best = ranked[0].snippet
    chosen = best_with_neighbours(question, best, passages, wants_list(read.text, question.text))
    others = [
        each
        for each in ranked[1:]
        for own in [passages[each.snippet.passage]]
        if may_stand_beside(own, passages[best.passage])
        and not is_about_another_country(question, own, each.snippet.text)
    ]
    for other in others:
        if is_near_prose(other, ranked[0], passages) and has_room(chosen, other.snippet):
            chosen.append(other.snippet)
    leading = len(chosen)
    if reader:
        chosen += additions(read, chosen, others, reader)
        left = [each.snippet for each in others if has_room(chosen, each.snippet, LIST_ROOM)]
        for snippet in for_clauses(read, chosen, left, reader):
            if has_room(chosen, snippet, LIST_ROOM) and not says_again(chosen, snippet):
                chosen.append(snippet)
    return [*in_reading_order(chosen[:leading]), *in_reading_order(chosen[leading:])]


def in_reading_order(snippets: Sequence[Snippet]) -> list[Snippet]:
    """Returns snippets in reading order, those of the first one's passage first."""
    order = {number: rank for rank, number in enumerate(dict.fromkeys(snippet.passage for snippet in snippets))}
    return sorted(snippets, key=lambda snippet: (order[snippet.passage], snippet.start))


def additions(
    read: QuestionToRead,
    chosen: Sequence[Snippet],
    others: Sequence[RankedSnippet],
    reader: Reader,
) -> list[Snippet]:
    """Returns up to MOST_ADDED snippets that add what was asked and is missing."""
    added = list[Snippet]()
    while len(added) < MOST_ADDED:
        quoted = [*chosen, *added]
        worth = [each for each in others if each.probability >= WORTH_READING and each.snippet not in quoted][
            :MOST_READ
        ]
        missing = replace(read, given=" ".join(snippet.text for snippet in quoted))
        scores = reader.scores(missing, [each.snippet for each in worth])
        adding = [
            (score, each.snippet)
            for each, score in zip(worth, scores, strict=True)
            if score is not None and has_room(quoted, each.snippet, room_for(score, each, missing.given))
        ]
        if not adding:
            break
        added.append(max(adding, key=lambda each: each[0])[1])
    return added


def room_for(adds: float, snippet: RankedSnippet, given: str) -> float:
    """Returns the room for a snippet beside the quotes `given`; 0 if it is not quoted.

    `adds` is its score for adding something to them.
    """
    likely = adds >= MAY_ADD and adds + snippet.read >= 0 and snippet.snippet.kind != "row"
    if likely and share_in(given, snippet.snippet.text) < MOST_SHARED:
        return LIST_ROOM
    return ROOM if probability(adds) >= ADDS else 0.0


def says_again(chosen: Sequence[Snippet], snippet: Snippet) -> bool:
    """Checks that quoted snippets have most words of another one."""
    return share_in(" ".join(each.text for each in chosen), snippet.text) >= MOST_SHARED


def share_in(given: str, text: str) -> float:
    """Returns the share of a text's terms that another text has, 0 to 1."""
    own = set(terms(text))
    return len(own & set(terms(given))) / len(own) if own else 1.0


def has_room(chosen: Sequence[Snippet], snippet: Snippet, room: float = ROOM) -> bool:
    """Checks that a snippet is not quoted yet and fits beside those that are."""
    return snippet not in chosen and sum(map(snippet_width, chosen)) + snippet_width(snippet) <= room


def is_near_prose(other: RankedSnippet, best: RankedSnippet, passages: Sequence[Passage]) -> bool:
    """Checks that a snippet is a sentence near the best one, and about as good.

    Both are in the running text of one passage of a document that is no guide.
    """
    is_prose = best.snippet.kind == other.snippet.kind == "sentence" and best.snippet.passage == other.snippet.passage
    is_document = passages[best.snippet.passage].metadata.kind == "document"
    return is_prose and is_document and best.score - other.score <= NEAR_PROSE


def may_stand_beside(other: Passage, best: Passage) -> bool:
    """Checks that a passage may be quoted beside the best one.

    Not in another language, not in a version that does not apply beside one that does, nor in another version.
    """
    same_language = other.metadata.language == best.metadata.language
    is_older = is_outdated(other) and not is_outdated(best)
    return same_language and not is_older and not is_other_version(best, other)


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

    That is a whole list if one is wanted, an article, or a short section.
    """
    passage = passages[best.passage]
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


def closest(question: Query, ranked: Sequence[RankedSnippet]) -> list[Snippet]:
    """Returns the best snippets for a refusal to quote.

    None of them could be taken for the figure that was asked for.
    """
    asked = expected_answer_type(question.text)
    harmless = (
        each.snippet for each in ranked if each.snippet.is_unknown or not (asked and asked.is_given(each.snippet.text))
    )
    return list(islice(harmless, CLOSE))


def snippet_width(snippet: Snippet) -> float:
    """Returns the length of a snippet in ideographs."""
    return width(snippet.text)
