"""Conversation in the browser: answers with their questions and citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any
from uuid import uuid4

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.answer import Answer, Turn, without_warnings
from bot.outcomes import Outcome
from text.citations import without_markers
from web.http.limits import (
    CONVERSATION_CHARACTERS,
    LONGEST_DETAIL,
    LONGEST_QUESTION,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_CITATIONS,
    MOST_SHOWN,
    MOST_SUGGESTIONS,
    MOST_TURNS,
    MOST_WARNINGS,
)

# The passages, which hold arrays, and the parts, which only the records need, are never kept.
ANSWERS = TypeAdapter(tuple[Answer, ...], config=ConfigDict(arbitrary_types_allowed=True))

Conversation = tuple[Answer, ...]


def serialize(conversation: Sequence[Answer]) -> list[dict[str, Any]]:
    """Serializes the answers that are shown, without the passages."""
    slim = tuple(replace(answer, passages=(), parts=()) for answer in conversation[-MOST_SHOWN:])
    stored: list[dict[str, Any]] = ANSWERS.dump_python(newest(slim, CONVERSATION_CHARACTERS), mode="json")
    return stored


def parse_conversation(
    stored: object, most: int = MOST_SHOWN, characters: float = CONVERSATION_CHARACTERS
) -> Conversation:
    """Parses the answers from the browser.

    If there are more than `most`, or more than `characters` in total, the oldest are left out.
    Returns an empty tuple if they are of another version or were tampered with, such as answers larger than the bot
    makes them.
    """
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        return ()
    try:
        answers = ANSWERS.validate_python(stored[-most:])
    except (ValidationError, RecursionError):
        return ()
    return newest(answers, characters) if all(map(is_within_limits, answers)) else ()


def newest(answers: Conversation, characters: float) -> Conversation:
    """Returns the last answers that together have at most `characters`."""
    sizes = accumulate(sum(map(len, strings(answer))) for answer in reversed(answers))
    fitting = sum(size <= characters for size in sizes)
    return answers[len(answers) - fitting :]


def is_within_limits(answer: Answer) -> bool:
    """True if the bot could have made an answer of this size.

    This limits the time to render it.
    """
    return (
        len(answer.text) <= LONGEST_TEXT
        and not answer.parts
        and max(map(len, (answer.question, answer.standalone_question))) <= LONGEST_QUESTION
        and all(len(citation.quote) <= LONGEST_QUOTE for citation in answer.citations)
        and len(answer.citations) <= MOST_CITATIONS
        and len(answer.suggestions) <= MOST_SUGGESTIONS
        and len(answer.warnings) <= MOST_WARNINGS
        and max(map(len, source_texts(answer)), default=0) <= LONGEST_DETAIL
    )


def strings(answer: Answer) -> Iterator[str]:
    """Yields all texts of an answer."""
    yield from (answer.text, answer.question, answer.standalone_question)
    yield from (citation.quote for citation in answer.citations)
    yield from source_texts(answer)


def source_texts(answer: Answer) -> Iterator[str]:
    """Yields every text of an answer except its text, its questions and its quotes."""
    yield from (answer.language, answer.reason, answer.id, *answer.suggestions)
    yield from (warning.text for warning in answer.warnings)
    for citation in answer.citations:
        yield from (value for name, value in vars(citation).items() if isinstance(value, str) and name != "quote")


def body(answer: Answer) -> str:
    """Returns the answer text without its warnings, which the page shows separately."""
    return without_warnings(answer).text


def history(conversation: Sequence[Answer]) -> list[Turn]:
    """Returns the last earlier turns for the bot, without citation markers.

    The sources of the markers are no longer available.
    """
    turns = []
    for answer in conversation[-MOST_TURNS:]:
        if words := body(answer):
            turns += [Turn("user", answer.question), Turn("assistant", without_markers(words), answer.outcome)]
    return turns


def pending(question: str, language: str) -> Answer:
    """Creates the empty answer. With its id, this browser can rate or delete it."""
    draft = Answer(question, question, language, Outcome.ANSWERED, "", complete=False)
    return replace(draft, id=uuid4().hex, asked_at=datetime.now(UTC))
