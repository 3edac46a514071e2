"""Tells if a question continues those before it, or begins another subject."""

from __future__ import annotations

import re

from bot.query.countries import HOME, countries, is_here
from bot.query.parts import WORD_THAT_ASKS
from store.index import query_terms
from text.lexicon.load import alternatives, bodies, pattern
from text.scripts import IDEOGRAPHS

OPENING = re.compile(
    rf"^(?:(?:{bodies('follow_up.opening', 'zh')})[\s，,]*|(?:{alternatives('follow_up.opening')})\b[\s,،]*|و(?=ال))+"
    rf"|(?:{alternatives('follow_up.ending')})(?=[？?。\s]*$)",
    re.IGNORECASE,
)
"""Words by which a question continues the one before it."""
SAME_THING = pattern("follow_up.thing")
SAME_PLACE = re.compile(
    rf"{alternatives('follow_up.place')}|(?<![{IDEOGRAPHS}])(?:{alternatives('follow_up.place_apart')})", re.IGNORECASE
)
"""Words that stand for something named before, or for a place."""
NEW_SUBJECT = re.compile(
    rf"^(?:.{{0,16}}[.!?。！？,，،]\s*)?\W*(?:{alternatives('follow_up.new_subject')})[^.!?:;,。！？：；，،]{{0,16}}[.:;,。：；，،–—-]",
    re.IGNORECASE,
)
"""Words before a mark, early in a question, that begin another subject."""
YOURS = pattern("follow_up.yours")
"""Words of somebody elsewhere for China, whose people are asked: "and with you?"."""
WITH_CHINA = pattern("clarification.treaty")
"""Treaties and agreements, in which China is named as the other side."""
HOME_FIRST = re.compile(rf"\W*(?:{alternatives('follow_up.home')})", re.IGNORECASE)
SHORT_TERMS = 5
"""Most terms of a question that may depend on the one before without saying so."""


def leans(question: str) -> bool:
    """Checks that a question may leave something out."""
    return is_continuation(question) or (not countries(question) and not says_enough(question))


def says_enough(question: str) -> bool:
    """Checks that a question has more than SHORT_TERMS terms."""
    return len(query_terms(question)) > SHORT_TERMS


def is_continuation(question: str) -> bool:
    """Checks that a question says that it continues the one before it."""
    return bool(OPENING.search(question.strip()) or SAME_THING.search(question) or SAME_PLACE.search(question))


def turns_home(question: str) -> bool:
    """Checks that a later question is about China, whatever those before it are about.

    It begins with "in China", or says "with you", and names no other country and no treaty with China.
    """
    if set(countries(question)) - {HOME} or WITH_CHINA.search(question):
        return False
    return bool(YOURS.search(question) or HOME_FIRST.match(OPENING.sub("", question.strip())))


def begins_anew(question: str) -> bool:
    """Checks that a question says that it begins another subject.

    False if it also refers to something said before, or has at most SHORT_TERMS terms.
    """
    if SAME_THING.search(question) or SAME_PLACE.search(question) or not says_enough(question):
        return False
    return bool(NEW_SUBJECT.match(question))


def asks_itself(question: str) -> bool:
    """Checks that a question says what it asks.

    "And in Russia?" leaves that to the question before it.
    """
    return bool(WORD_THAT_ASKS.search(OPENING.sub("", question.strip())))


def is_whole(question: str) -> bool:
    """Checks that a question says what it asks, and leaves nothing out."""
    return asks_itself(question) and not leans(question)


def is_refused_alone(question: str, before: str, support: float) -> bool:
    """Checks that a question without an answer is no follow-up.

    `support` is its answerability score. It says what it asks, and of which place; it needs no place if none was named
    in what was asked `before`.
    """
    has_place = bool(countries(question)) or is_here(question) or not countries(before)
    return support <= 0 and has_place and is_whole(question)
