"""What is answered without a search: nothing, too much, a greeting, an attempt to change the rules."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer, ended
from bot.dialogue import intent
from bot.messages import text
from bot.outcomes import Outcome

QUESTION_CHARACTERS = 1_000


def refused(draft: Answer) -> Answer | None:
    """The answer to what is no question to the folder."""
    question, language = draft.standalone_question, draft.language
    if not question:
        return ended(draft, Outcome.NEEDS_CLARIFICATION, text("empty_question", language))
    if len(question) > QUESTION_CHARACTERS:
        limit = str(QUESTION_CHARACTERS)
        return replace(ended(draft, Outcome.BLOCKED, text("blocked_long", language, limit=limit)), reason="too_long")
    outcome = intent.route(question)
    if outcome is Outcome.BLOCKED:
        return replace(ended(draft, outcome, text("blocked_rules", language)), reason="change_of_rules")
    return ended(draft, outcome, text("greeting", language)) if outcome else None
