"""Intent: greetings, attempts to change the rules, requests outside the service."""

from __future__ import annotations

import re

from bot.outcomes import Outcome
from text.lexicon.load import bodies, pattern
from text.prompt_injection import CHANGE_OF_RULES

GREETING = re.compile(rf"(?: ?(?:{bodies('intent.greeting')})[呀啊哦吗么啦呢了]*)+", re.IGNORECASE)
GREETING_CHARACTERS = 100
"""Longest greeting; a longer message asks for something else as well."""
RULES = re.compile(CHANGE_OF_RULES, re.IGNORECASE)
OUTSIDE = pattern("intent.outside")
LAWFUL = pattern("intent.lawful")


def route(question: str) -> Outcome | None:
    """Returns the outcome of a message that is no question; None if search is needed."""
    if len(question) <= GREETING_CHARACTERS and GREETING.fullmatch(re.sub(r"\W+", " ", question).strip()):
        return Outcome.GREETING
    if RULES.search(question):
        return Outcome.BLOCKED
    return None


def is_outside(question: str) -> bool:
    """Checks that an unanswered question is outside the service.

    Asked only after the search found nothing, because documents may answer such questions.
    """
    return bool(OUTSIDE.search(question)) and not LAWFUL.search(question)
