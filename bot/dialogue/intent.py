"""Intent: greetings, wishes to talk to a person, and attempts to change the rules."""

from __future__ import annotations

import re

from bot.outcomes import Outcome
from text.lexicon.load import bodies, sources
from text.prompt_injection import CHANGE_OF_RULES
from text.scripts import DEVANAGARI


def words_pattern(*keys: str) -> re.Pattern[str]:
    """Matches messages that consist of the words of some keys.

    Longer ones first, and each is taken for good: 好的 is not tried again as 好, which took minutes for long messages.
    """
    words = sorted((each for key in keys for each in sources(f"intent.{key}")), key=len, reverse=True)
    return re.compile(rf"(?> ?(?:{'|'.join(words)})(?:{bodies('intent.particle')})*)++", re.IGNORECASE)


GREETING, THANKS = words_pattern("greeting", "thanks"), words_pattern("thanks")
GREETING_OR_PERSON = words_pattern("greeting", "thanks", "person")
GREETING_CHARACTERS = 100
"""Longest greeting; a longer message asks for something else as well."""
RULES = re.compile(CHANGE_OF_RULES, re.IGNORECASE)


def consists_of(words: re.Pattern[str], question: str) -> bool:
    """Checks that a short message has no other words."""
    plain = re.sub(rf"[^\w{DEVANAGARI}]+", " ", question).strip()
    return len(question) <= GREETING_CHARACTERS and bool(words.fullmatch(plain))


def asks_for_person(question: str) -> bool:
    """Checks that a message only asks for a person to answer, and may greet."""
    return consists_of(GREETING_OR_PERSON, question) and not consists_of(GREETING, question)


def route(question: str) -> Outcome | None:
    """Returns the outcome of a message that is no question.

    None if a search is needed.
    """
    if consists_of(GREETING_OR_PERSON, question):
        return Outcome.GREETING
    if RULES.search(question):
        return Outcome.BLOCKED
    return None
