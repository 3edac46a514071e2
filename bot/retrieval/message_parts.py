"""Finds the answers to a message: as a whole, or part by part.

Its parts are its questions, its clauses, or the countries that it compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.message import AskedPart, Message
from bot.query.continuation import is_refused_alone
from bot.query.countries import country_name
from bot.query.query import Asked, Query
from bot.retrieval.answerability import assess_answerability
from bot.retrieval.clauses import find_clauses
from bot.retrieval.comparison_rows import compares, find_compared_countries, is_about, put_in_place, text_that_compares
from bot.retrieval.found_parts import (
    Part,
    Search,
    adds,
    align,
    answering_lines,
    cover_open,
    list_quoted,
    repeats,
)
from bot.retrieval.retriever import Retrieval


@dataclass(frozen=True)
class Findings:
    """Passages and snippets found for a message.

    - `whole`: for all of it; for the first of `parts`, if there are any.
    - `parts`: its questions, clauses or countries; empty if it is answered as one question.
    - `question`: the message as a question that stands alone; `asked`: as one query.
    """

    whole: Retrieval
    parts: Sequence[Part]
    question: str
    asked: Query


def find_answers(message: Message, search: Search) -> Findings:
    """Finds the answers to a message, as a whole or part by part."""
    question = message.draft.standalone_question
    if not (parts := find_questions(message, search)):
        whole = search(message.whole)
        parts = find_clauses(message, search, whole) or find_countries(message, search, whole)
        if not parts:
            asked = message.whole
            if whole.support <= 0 and asked.alone.is_outside(is_answered=True):
                whole = replace(whole, question=asked.alone)  # what was asked before does not make it ours
            is_alone = is_refused_alone(asked.text, asked.before, whole.support)
            return Findings(whole, [], question if is_alone else whole.question.text, whole.question)
    # a single part is answered without a heading
    return Findings(parts[0].retrieval, parts if len(parts) > 1 else [], question, message.whole.alone)


def find_questions(message: Message, search: Search) -> list[Part]:
    """Returns the questions of a message, each with its retrieval.

    Empty if it is a single question. Questions that a model makes of it count only if different lines answer them.
    """
    if parts := cover_open(find_parts(message.questions(), search)):
        return parts
    parts = cover_open(find_parts(message.separate_by_model(), search))
    return parts if len(answering_lines(parts)) > 1 else []


def find_countries(message: Message, search: Search, whole: Retrieval) -> list[Part]:
    """Returns a part for each country that a message compares.

    Empty if a table or the best snippet compares them, or if less than two of them have an answer.
    """
    compared = find_compared_countries(message.whole)
    if whole.rows or (whole.support > 0 and compares(whole.ranked[0].snippet, compared)):
        return []
    text = text_that_compares(message.whole)
    history = message.history if text == message.whole.text else ()
    asked = {each: message.interpret_instead(put_in_place(text, each, compared), history) for each in compared}
    found = {each: lines_about(each, search(own)) for each, own in asked.items()}
    parts = {each: Part(country_name(each, message.draft.language), own) for each, own in found.items()}
    return list(parts.values()) if are_compared(parts) else []


def lines_about(country: str, found: Retrieval) -> Retrieval:
    """Returns a retrieval with only its snippets about a country.

    Unchanged if the best one is about it, or none.
    """
    own = [each for each in found.ranked if is_about(country, each.snippet, found.found[each.snippet.passage])]
    if not own or own[0] is found.ranked[0]:
        return found
    return replace(found, ranked=own, verdict=assess_answerability(found.question, found.searched, own, ()))


def find_parts(asked: Iterable[AskedPart], search: Search) -> list[Part]:
    """Returns the parts of a message, each with its retrieval."""
    parts = list[Part]()
    for text, each in asked:
        parts.append(Part(text, find_further(each, parts, search)))
    return parts


def find_further(asked: Asked, before: Sequence[Part], search: Search) -> Retrieval:
    """Returns the retrieval for a part, with a line that no part before it has.

    With the same line if no other one answers.
    "2.5 billion? And may I take it out again?": the line on the amount answers both, another one the second better.
    """
    asked = align(asked, list_quoted(before))
    found = search(asked)
    said = " ".join(each.retrieval.ranked[0].snippet.text for each in before if each.retrieval.support > 0)
    if found.support <= 0 or not repeats(said, found):
        return found
    further = search(replace(asked, said=f"{asked.said} {said}"))
    return further if further.support > 0 and adds(further, said) else found


def are_compared(parts: Mapping[str, Part]) -> bool:
    """Checks that countries of a message are answered by lines of their own.

    Those that have an answer, and at least two. `parts` are by country.
    """
    answered = {country: each for country, each in parts.items() if each.retrieval.support > 0}
    known = [each for country, each in answered.items() if knows_country(country, each.retrieval)]
    return len(answering_lines(known)) == len(known) == len(answered) > 1


def knows_country(country: str, found: Retrieval) -> bool:
    """Checks that the best snippet is about a country, and does not say "not known"."""
    best = found.ranked[0].snippet
    return not best.is_unknown and is_about(country, best, found.found[best.passage])
