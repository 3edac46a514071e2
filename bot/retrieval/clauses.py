"""Finds the answers to the clauses of a message, such as "what papers, how long"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.dialogue.message import Message
from bot.query.parts import split_clauses
from bot.retrieval.additions import MOST_ADDED, Reader, by_segment, knows_exemplars
from bot.retrieval.found_parts import (
    Part,
    Search,
    adds,
    align,
    answering_lines,
    best_line,
    cover_open,
    join_clauses,
    list_quoted,
)
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import is_unknown
from bot.retrieval.snippets import Snippet
from text.numbers import find_stated_figures


def find_clauses(message: Message, search: Search, whole: Retrieval) -> list[Part]:
    """Returns the clauses of a message if each has an answer of its own.

    Without an answer to all of it, the first clause must have one.
    `whole` is the retrieval for the message. Where exemplars tell what answers which, only clauses that its quotes
    leave open are searched for on their own.
    """
    if whole.support > 0 and whole.open_places:
        return []  # a country is asked for first
    if whole.support > 0 and whole.reader and knows_exemplars(whole.ranked[0].snippet, whole.question.exemplars):
        return divide(message, search, whole)
    parts = list[Part]()
    for text, asked in message.clauses():
        parts.append(Part(text, search(align(asked, list_quoted(parts)))))
        if parts[-1].retrieval.support <= 0 and (whole.support > 0 or len(parts) == 1):
            return []  # the others need not be searched for
    if whole.support > 0:
        return parts if are_answered_apart(parts, whole) else []
    return cover_open(parts)


def quotes_by_clause(whole: Retrieval, count: int, reader: Reader) -> list[list[Snippet]]:
    """Returns the quotes that belong to each clause, none or several to one.

    Empty if there are not two clauses, if it quotes a list, or if a clause would begin with a quote that does not know
    or that was not ranked.
    """
    own = by_segment(whole.read, whole.quotes, reader) if len(whole.quotes) <= 1 + MOST_ADDED else []
    ranked = {each.snippet for each in whole.ranked if not each.snippet.is_unknown}
    return own if len(own) == count > 1 and all(each[0] in ranked for each in own if each) else []


def divide(message: Message, search: Search, whole: Retrieval) -> list[Part]:
    """Returns the clauses of an answered message, with its quotes for each.

    Each clause without a quote is searched on its own. One for which nothing new answers goes with the one beside it.
    Empty unless each clause has a quote, or a line is gained.
    """
    clauses, quotes = split_clauses(message.draft.standalone_question), whole.quotes
    own = quotes_by_clause(whole, len(clauses), whole.reader) if whole.reader and not whole.rows else []
    if not own:
        return []
    said = " ".join(each.text for each in quotes)
    quoted = [whole.found[each.passage] for each in quotes]
    known = {(passage.source, each.start) for passage, each in zip(quoted, quotes, strict=True)}
    parts, waiting, gained = list[Part](), "", 0
    for clause, given in zip(clauses, own, strict=True):
        text = clause.text
        found = whole.of_part(given) if given else search(align(message.clause(clause), quoted))
        is_new = not given and found.support > 0 and gains(found, said, known | answering_lines(parts))
        gained += is_new
        if given or is_new:
            parts.append(Part(join_clauses(waiting, text), found))
            waiting = ""
        elif parts:
            parts[-1] = replace(parts[-1], text=join_clauses(parts[-1].text, text))
        else:
            waiting = join_clauses(waiting, text)
    return parts if len(parts) > 1 and (gained or all(own)) else []


def gains(found: Retrieval, said: str, known: Collection[tuple[str, int]]) -> bool:
    """Checks that the best snippet for a clause knows what the quotes do not say.

    One whose figures all stand in the quotes says them again.
    """
    if best_line(found) in known or is_unknown(found.ranked) or found.rows:
        return False
    figures = set(find_stated_figures(found.ranked[0].snippet.text))
    return not (figures and figures <= set(find_stated_figures(said))) and adds(found, said)


def are_answered_apart(parts: Sequence[Part], whole: Retrieval) -> bool:
    """Checks that a message asks several things, each answered by its own line.

    The line that answers the whole message has to be one of these, or to say what one of them says: else its clauses
    lack what they need from each other.
    """
    lines = answering_lines(parts)
    known = not any(is_unknown(each.retrieval.ranked) for each in parts)
    return known and 1 < len(parts) == len(lines) and any(answers_alike(whole, each.retrieval) for each in parts)


def answers_alike(one: Retrieval, other: Retrieval) -> bool:
    """Checks that two questions have the same answer.

    That is one line, or two lines of a document with the same figures.
    """
    (source, start), (other_source, other_start) = best_line(one), best_line(other)
    own, others = (set(find_stated_figures(each.ranked[0].snippet.text)) for each in (one, other))
    return source == other_source and (start == other_start or (bool(own) and own == others))
