"""The turns before a question, as a chat model is shown them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answer import Turn
from text.boundaries import shorten

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

TURNS_KEPT = 4
TURN_CHARACTERS = 200
"""Characters kept of an earlier message: enough to know its subject."""


def last_turns(history: Sequence[Turn]) -> list[Turn]:
    """Returns the last TURNS_KEPT turns, each shortened to TURN_CHARACTERS."""
    return [replace(turn, content=shorten(turn.content, TURN_CHARACTERS)) for turn in history[-TURNS_KEPT:]]


def to_message(turn: Turn) -> BaseMessage:
    """Returns a turn as a message to a model."""
    from langchain_core.messages import AIMessage, HumanMessage

    return (HumanMessage if turn.role == "user" else AIMessage)(turn.content)
