"""How a question can end: the one list, used by the page, the command line, the log and the evaluation."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a question ended. `blocked` and `failed` carry a reason in the answer."""

    ANSWERED = "answered"
    PARTLY_ANSWERED = "partly_answered"
    NEEDS_CLARIFICATION = "needs_clarification"
    NOT_IN_KNOWLEDGE_BASE = "not_in_knowledge_base"
    OUTSIDE_SERVICE = "outside_service"
    GREETING = "greeting"
    BLOCKED = "blocked"
    FAILED = "failed"


ANSWERED = (Outcome.ANSWERED.value, Outcome.PARTLY_ANSWERED.value)
UNANSWERED = (Outcome.NOT_IN_KNOWLEDGE_BASE.value, Outcome.FAILED.value)
ASIDE = (Outcome.GREETING.value, Outcome.BLOCKED.value)
"""What is no question."""
QUESTIONS = tuple(each.value for each in Outcome if each.value not in ASIDE)
GAPS = (*UNANSWERED, Outcome.PARTLY_ANSWERED.value)
"""What shows that the folder lacks something."""
NO_GAPS = (*ASIDE, Outcome.OUTSIDE_SERVICE.value)
"""What shows nothing of that kind, whatever somebody thought of the answer."""
