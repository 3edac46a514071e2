"""Finds the answers to a message: as a whole, or part by part.

Its parts are its questions, its clauses, or the countries that it compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.message import AskedPart, Message
from bot.query.continuation import is_refused_alone
from bot.query.countries import country_name
from bot.query.exemplars import fingerprint
from bot.query.parts import split_clauses
from bot.query.query import Asked
from bot.retrieval.additions import MOST_ADDED, Reader, by_segment
from bot.retrieval.answerability import assess_answerability
from bot.retrieval.comparison_rows import about_country, compared_countries, is_about
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import is_unknown
from text.numbers import stated_figures

FAR = -3.0
"""Score of a snippet that is about something else than a later question.

Beside the profit tax, in a folder that knows no other, "And Brazil?" has -1.2, "And VAT in Brazil?" -4.6.
"""
RESTATED = -1.5
"""Score for adding something up to which a snippet only repeats what was quoted.

Of 15 parts of 850 questions that would get the line of a part before, 6 get one that answers, 4 another wording less.
"""

Search = Callable[[Asked], Retrieval]


@dataclass(frozen=True)
class Part:
    """One of several questions of a message, with what was found for it."""

    text: str
    retrieval: Retrieval


@dataclass(frozen=True)
class Findings:
    """Passages and snippets found for a message.

    - `whole`: for all of it; for the first of `parts`, if there are any.
    - `parts`: its questions, clauses or countries; empty if it is answered as one question.
    - `question`: the message as a question that stands alone.
    """

    whole: Retrieval
    parts: Sequence[Part]
    question: str


def find_answers(message: Message, search: Search) -> Findings:
    """Finds the answers to a message, as a whole or part by part."""
    if parts := find_questions(message, search):
        return Findings(parts[0].retrieval, parts, message.draft.standalone_question)
    whole = find_whole(message, search)
    parts = find_clauses(message, search, whole) or find_countries(message, search, whole)
    found, asked = parts[0].retrieval if parts else whole, message.whole
    is_alone = bool(parts) or is_refused_alone(asked.text, asked.before, found.support)
    return Findings(found, parts, message.draft.standalone_question if is_alone else found.question.text)


def find_questions(message: Message, search: Search) -> list[Part]:
    """Returns the questions of a message, each with its retrieval.

    Empty if it is a single question. Questions that a model makes of it count only if different lines answer them.
    """
    if parts := find_parts(message.questions(), search):
        return parts
    parts = find_parts(message.separated(), search)
    return parts if len(answering_lines(parts)) > 1 else []


def find_whole(message: Message, search: Search) -> Retrieval:
    """Returns the retrieval for a message as a whole.

    Without an answer, that of the last question for the country it names. It counts only if the same snippet comes
    nearest to the message and is not far from it: "And the capital in Russia?" does not ask about VAT.
    """
    found = search(message.whole)
    if found.support <= 0 and (first := message.as_first()) is not None:
        alone = search(first)
        found = alone if alone.support > 0 else found
    if found.support > 0 or (other := message.of_another_country()) is None:
        return found
    of_another = search(other)
    nearest, answering = ([each.snippet.text for each in own.ranked[:1]] for own in (found, of_another))
    is_near = nearest == answering and any(each.read > FAR for each in found.ranked[:1])
    return of_another if of_another.support > 0 and is_near else found


def find_clauses(message: Message, search: Search, whole: Retrieval) -> list[Part]:
    """Returns the clauses of a message if each has an answer of its own.

    Without an answer to all of it, the first clause must have one.
    `whole` is the retrieval for the message. With a model an answered message stays whole: it answers all of it.
    Clauses are searched for on their own only where exemplars do not tell what answers which.
    """
    if whole.support > 0 and (message.has_model or whole.open_places):
        return []  # a model answers all of it; a country is asked for first
    if whole.support > 0 and whole.reader and has_exemplars(whole):
        return divide(whole, message.draft.standalone_question, whole.reader)
    parts = list[Part]()
    for text, asked in message.clauses():
        parts.append(Part(text, search(asked)))
        if parts[-1].retrieval.support <= 0 and (whole.support > 0 or len(parts) == 1):
            return []  # the others need not be searched for
    return parts if whole.support <= 0 or are_answered_apart(parts, whole) else []


def has_exemplars(found: Retrieval) -> bool:
    """Checks that exemplars tell what the best snippet answers."""
    close = found.question.exemplars
    return bool(close and close.of([fingerprint(found.ranked[0].snippet.text)]))


def divide(whole: Retrieval, message: str, reader: Reader) -> list[Part]:
    """Returns the clauses of an answered message with the quotes for each.

    Empty unless each has a quote that knows and that was ranked; a whole list is not divided.
    """
    clauses, quotes = split_clauses(message), whole.quotes
    if not clauses or not 1 < len(quotes) <= 1 + MOST_ADDED:
        return []
    own = by_segment(whole.read, quotes, reader)
    ranked = {each.snippet for each in whole.ranked if not each.snippet.is_unknown}
    if len(own) != len(clauses) or not all(each and each[0] in ranked for each in own):
        return []
    return [Part(clause.text, whole.of_part(each)) for clause, each in zip(clauses, own, strict=True)]


def find_countries(message: Message, search: Search, whole: Retrieval) -> list[Part]:
    """Returns a part for each country that a message compares.

    Empty if a table compares them, if one of them has no answer, or with a model.
    """
    compared = [] if message.has_model or whole.rows else compared_countries(message.whole)
    found = {each: lines_about(each, search(about_country(message.whole, each))) for each in compared}
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
    found = search(asked)
    if found.support <= 0 or best_line(found) not in answering_lines(before):
        return found
    said = " ".join(each.retrieval.ranked[0].snippet.text for each in before if each.retrieval.support > 0)
    further = search(replace(asked, said=f"{asked.said} {said}"))
    return further if further.support > 0 and adds(further, said) else found


def adds(found: Retrieval, said: str) -> bool:
    """Checks that the best snippet adds something asked to earlier quotes.

    True if no model reads it.
    """
    if found.reader is None:
        return True
    (score,) = found.reader.scores(replace(found.read, given=said), [found.ranked[0].snippet])
    return score is not None and score > RESTATED


def answering_lines(parts: Sequence[Part]) -> set[tuple[str, int]]:
    """Returns document and place of the snippets that answer parts of a message best."""
    return {best_line(each.retrieval) for each in parts if each.retrieval.support > 0}


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
    own, others = (set(stated_figures(each.ranked[0].snippet.text)) for each in (one, other))
    return source == other_source and (start == other_start or (bool(own) and own == others))


def are_compared(parts: Mapping[str, Part]) -> bool:
    """Checks that each country of a message is answered by a line of its own.

    `parts` are by country.
    """
    answered = [
        each
        for country, each in parts.items()
        if (found := each.retrieval).support > 0 and not is_unknown(found.ranked)
        for best in [found.ranked[0].snippet]
        if is_about(country, best, found.found[best.passage])
    ]
    return len(answering_lines(answered)) == len(answered) == len(parts) > 1


def best_line(retrieval: Retrieval) -> tuple[str, int]:
    """Returns document and place of the snippet that answers best.

    Raises IndexError if there is none.
    """
    snippet = retrieval.ranked[0].snippet
    return retrieval.found[snippet.passage].source, snippet.start
