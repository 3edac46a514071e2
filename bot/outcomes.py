"""Outcomes of a question.

The page, the command line, the log and the evaluation all use this list.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Outcome of a question.

    `blocked` and `failed` have a reason in the answer.
    """

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
"""Outcomes of messages that are not questions."""
QUESTIONS = tuple(each.value for each in Outcome if each.value not in ASIDE)
GAPS = (*UNANSWERED, Outcome.PARTLY_ANSWERED.value)
"""Outcomes that show that the documents lack something."""
ASKED_BACK = (Outcome.NEEDS_CLARIFICATION.value,)
"""Outcomes that show a gap if the person did not go on."""
NO_GAPS = (*ASIDE, Outcome.OUTSIDE_SERVICE.value)
"""Outcomes that never count as a gap, regardless of the feedback."""
