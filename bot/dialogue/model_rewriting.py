"""Rewriting by a chat model: completes follow-ups and separates questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answer import Answer, Turn
from bot.chat_model.history import last_turns, to_message
from bot.chat_model.streaming import ModelFailedError, receive_text
from bot.chat_model.written_question import accept_question
from bot.messages import text
from bot.query.parts import MOST
from text.list_items import without_numbering

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


def complete_question(model: BaseChatModel, draft: Answer, history: Sequence[Turn], seconds: float) -> str:
    """Returns a follow-up as the model completes it; "" if it fails or is unusable."""
    messages = completion_prompt(draft.standalone_question, draft.language, history)
    try:
        written = "".join(receive_text(model, messages, seconds))
    except ModelFailedError:
        return ""
    return accept_question(written, draft.standalone_question, history)


def separate_questions(model: BaseChatModel, draft: Answer, seconds: float) -> list[str]:
    """Returns the questions that the model finds in a message.

    [] if it fails, finds a single one or writes anything else.
    """
    message = draft.standalone_question
    try:
        written = "".join(receive_text(model, separation_prompt(message, draft.language), seconds))
    except ModelFailedError:
        return []
    lines = [without_numbering(line) for line in written.splitlines() if line.strip()]
    asked = list(dict.fromkeys(accept_question(line, message, ()) for line in lines))
    return asked if all(asked) and 1 < len(asked) <= MOST else []


def completion_prompt(question: str, language: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """Returns the messages that ask a model to complete a follow-up question."""
    said = [*last_turns(history), *last_turns([Turn("user", question)])]
    lines = (f"{'Q' if turn.role == 'user' else 'A'}: {turn.content}" for turn in said)
    return [to_message(Turn("user", "\n".join([*lines, "", text("prompt.complete", language)])))]


def separation_prompt(message: str, language: str) -> list[BaseMessage]:
    """Returns the messages that ask a model to take a message apart into questions."""
    return [to_message(Turn("user", f"{message}\n\n{text('prompt.separate', language)}"))]
