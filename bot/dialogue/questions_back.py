"""Questions back: tells which earlier answers asked the person for something."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Turn
from bot.outcomes import Outcome
from text.scripts import QUESTION_MARKS
from text.sentences import sentence_spans


def was_asked_back(history: Sequence[Turn]) -> bool:
    """Checks that the last answer was a question back."""
    last = next((turn for turn in reversed(history) if turn.role == "assistant"), None)
    return last is not None and asks_back(last)


def asks_back(answer: Turn) -> bool:
    """Checks that an answer is a question back, by its outcome.

    Of a history that comes without outcomes, such as that of an OpenAI-compatible client, which has no field for them,
    the text is read instead.
    """
    if answer.outcome is None:
        return begins_with_question(answer.content)
    return answer.outcome is Outcome.NEEDS_CLARIFICATION


def begins_with_question(answer: str) -> bool:
    """Checks that the first sentence of an answer asks.

    Warnings above it and headings do not count.
    """
    lines = (line for line in answer.splitlines() if line.strip() and not line.lstrip().startswith((">", "#")))
    first = next(lines, "")
    end = next((end for _, end in sentence_spans(first)), 0)
    return first[:end].rstrip().endswith(tuple(QUESTION_MARKS))
