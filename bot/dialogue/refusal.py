"""Answers without a search: empty or too long input, greetings, rule changes.

And who asks for a person.
"""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer, end_answer
from bot.dialogue import intent
from bot.messages import text
from bot.outcomes import Outcome

QUESTION_CHARACTERS = 1_000
"""Longest question, in characters."""


def answer_without_search(draft: Answer) -> Answer | None:
    """Returns the answer to a message that needs no search.

    None if it needs one.
    """
    question, language = draft.standalone_question, draft.language
    if not question:
        return end_answer(draft, Outcome.NEEDS_CLARIFICATION, text("empty_question", language))
    if len(question) > QUESTION_CHARACTERS:
        limit = str(QUESTION_CHARACTERS)
        return replace(
            end_answer(draft, Outcome.BLOCKED, text("blocked_long", language, limit=limit)), reason="too_long"
        )
    outcome = intent.route(question)
    if outcome is Outcome.BLOCKED:
        return replace(end_answer(draft, outcome, text("blocked_rules", language)), reason="change_of_rules")
    return end_answer(draft, outcome, reply(question, language)) if outcome else None


def reply(message: str, language: str) -> str:
    """Returns the reply to a greeting, to thanks, or to who asks for a person."""
    if intent.asks_for_person(message):
        return text("asked_person", language, office=text("office", language))
    return text("thanks" if intent.consists_of(intent.THANKS, message) else "greeting", language)
