"""The conversation as the browser keeps it: a list of answers, each with its question and its citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.answer import Answer, Turn
from text.citations import without_markers
from web.http.limits import (
    CONVERSATION_CHARACTERS,
    LONGEST_DETAIL,
    LONGEST_QUESTION,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_CITATIONS,
    MOST_SUGGESTIONS,
    MOST_TURNS,
    MOST_WARNINGS,
)

# The passages, which hold arrays, are never kept.
ANSWERS = TypeAdapter(tuple[Answer, ...], config=ConfigDict(arbitrary_types_allowed=True))

Conversation = tuple[Answer, ...]


def kept(conversation: Sequence[Answer]) -> list[dict[str, Any]]:
    """The last answers as JSON for the browser, without the passages read, which it has no use for."""
    slim = tuple(replace(answer, passages=()) for answer in conversation[-MOST_TURNS:])
    stored: list[dict[str, Any]] = ANSWERS.dump_python(slim, mode="json")
    return stored


def restored(stored: object, characters: float = CONVERSATION_CHARACTERS) -> Conversation:
    """The answers that the browser kept, the oldest left out where all have more than so many characters.

    None where they are of another version or were tampered with, as those that are larger than the bot makes them.
    """
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        return ()
    try:
        answers = ANSWERS.validate_python(stored[-MOST_TURNS:])
    except (ValidationError, RecursionError):
        return ()
    return newest(answers, characters) if all(map(is_within_limits, answers)) else ()


def newest(answers: Conversation, characters: float) -> Conversation:
    """The last answers that together have no more than so many characters."""
    sizes = accumulate(sum(map(len, strings(answer))) for answer in reversed(answers))
    fitting = sum(size <= characters for size in sizes)
    return answers[len(answers) - fitting :]


def left_out(stored: object, shown: Conversation) -> int:
    """How many of the answers that the browser kept are not among those `shown`; 0 where none could be read."""
    return len(stored) - len(shown) if shown and isinstance(stored, list) else 0


def is_within_limits(answer: Answer) -> bool:
    """Whether an answer is of a size that the bot could have made, so that showing it takes no longer than it may."""
    return (
        len(answer.text) <= LONGEST_TEXT
        and max(map(len, (answer.question, answer.standalone_question))) <= LONGEST_QUESTION
        and all(len(citation.quote) <= LONGEST_QUOTE for citation in answer.citations)
        and len(answer.citations) <= MOST_CITATIONS
        and len(answer.suggestions) <= MOST_SUGGESTIONS
        and len(answer.warnings) <= MOST_WARNINGS
        and max(map(len, details(answer)), default=0) <= LONGEST_DETAIL
    )


def strings(answer: Answer) -> Iterator[str]:
    """All that is written of an answer."""
    yield from (answer.text, answer.question, answer.standalone_question)
    yield from (citation.quote for citation in answer.citations)
    yield from details(answer)


def details(answer: Answer) -> Iterator[str]:
    """Every part of an answer but its text, its questions and its quotes."""
    yield from (answer.language, answer.reason, answer.id, *answer.suggestions)
    yield from (warning.text for warning in answer.warnings)
    for citation in answer.citations:
        yield from (value for name, value in vars(citation).items() if isinstance(value, str) and name != "quote")


def body(answer: Answer) -> str:
    """The words of the answer without the warnings that stand quoted above them: the page shows those apart."""
    text = answer.text
    for warning in answer.warnings:
        text = text.removeprefix(f"> {warning.text}").lstrip("\n")
    return text


def history(conversation: Sequence[Answer]) -> list[Turn]:
    """What the bot is told of earlier turns: the words only; markers would point at sources it no longer has."""
    turns = []
    for answer in conversation:
        if words := body(answer):
            turns += [Turn("user", answer.question), Turn("assistant", without_markers(words))]
    return turns
