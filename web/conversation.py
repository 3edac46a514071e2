"""The conversation as the browser keeps it: a list of answers, each with its question and its citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.answers import Answer, Turn

LONGEST = 20
LONGEST_TEXT, LONGEST_QUOTE = 50_000, 20_000
"""Characters of an answer, or of a question, and of a quote: far more than the bot ever writes."""
MOST_CITATIONS, MOST_SUGGESTIONS = 50, 10
MARKER = re.compile(r"\s?\[\d{1,3}\]")
# The passages, which hold arrays, are never kept.
ANSWERS = TypeAdapter(tuple[Answer, ...], config=ConfigDict(arbitrary_types_allowed=True))

Conversation = tuple[Answer, ...]


def kept(conversation: Sequence[Answer]) -> list[dict[str, Any]]:
    """The last answers as JSON for the browser, without the passages read, which it has no use for."""
    slim = tuple(replace(answer, passages=()) for answer in conversation[-LONGEST:])
    stored: list[dict[str, Any]] = ANSWERS.dump_python(slim, mode="json")
    return stored


def restored(stored: object) -> Conversation:
    """The answers that the browser kept; none where they are of another version or were tampered with, as those that
    are larger than the bot makes them."""
    try:
        answers = ANSWERS.validate_python(stored or ())[-LONGEST:]
    except ValidationError:
        return ()
    return answers if all(map(is_within_limits, answers)) else ()


def is_within_limits(answer: Answer) -> bool:
    """Whether an answer is of a size that the bot could have made, so that showing it takes no longer than it may."""
    return (
        max(map(len, (answer.text, answer.question, answer.standalone_question))) <= LONGEST_TEXT
        and len(answer.citations) <= MOST_CITATIONS
        and all(len(citation.quote) <= LONGEST_QUOTE for citation in answer.citations)
        and len(answer.suggestions) <= MOST_SUGGESTIONS
    )


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
            turns += [Turn("user", answer.question), Turn("assistant", MARKER.sub("", words))]
    return turns
