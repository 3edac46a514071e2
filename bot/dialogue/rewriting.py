"""Rewrites a follow-up as a standalone question with rules, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Turn
from bot.dialogue.intent import route
from bot.query.answer_type import expected_answer_type
from bot.query.conversation_context import conversation_scope
from bot.query.countries import HOME, mentions
from bot.query.query import spoken
from store.index import query_terms, terms
from text.language import detect_language
from text.lexicon.load import bodies, either, pattern
from text.numbers import figures
from text.scripts import IDEOGRAPHS

OPENING = re.compile(
    rf"^(?:(?:{bodies('follow_up.opening', 'zh')})[\s，,]*|(?:{either('follow_up.opening')})\b[\s,]*|و(?=ال))"
    rf"|(?:{either('follow_up.ending')})(?=[？?。\s]*$)",
    re.IGNORECASE,
)
"""Words by which a question continues the one before it."""
SAME_THING = pattern("follow_up.thing")
SAME_PLACE = re.compile(
    rf"{either('follow_up.place')}|(?<![{IDEOGRAPHS}])(?:{either('follow_up.place_apart')})", re.IGNORECASE
)
"""Words that stand for something named before, or for a place."""
CONNECTED = rf"\s*(?:[、,，]|{either('follow_up.joining')})\s*"
END = "？?。.؟ "
SHORT_TERMS = 5
"""Most terms of a question that may depend on the one before without saying so."""

SUBJECT = pattern("follow_up.amount_subject")
"""Things that an amount is asked of; they stay the subject of the next question."""
TURNS_READ = 2
"""Number of earlier questions read for the subject; older ones do not count."""
COMPLETED, LOCATED, ALONE = 0.0, -0.5, -2.0
"""Preference of each reading of a question that says it continues the one before.

Added to the answerability score.
"""
REWRITTEN = 0.0
"""Preference of the reading that a model wrote."""
REWRITTEN_CHARACTERS = 200
"""Longest question accepted from a model, in characters."""
ASKING = ("?", "？", "؟")
LABEL = re.compile(rf"^(?:{bodies('follow_up.label')})\s*[:：]\s*", re.IGNORECASE)
COMPLETED_UNASKED, LOCATED_UNASKED, ALONE_UNASKED = -1.0, 0.0, 0.5
"""Preference of each reading of a question that does not say it continues another.

The question alone is preferred here, because a reading with earlier words always scores higher.
"""


def readings(question: str, history: Sequence[Turn], chosen: str = "") -> list[tuple[str, float]]:
    """Returns the readings of a question, each with its preference.

    Readings: completed by the rules, located in the country of the conversation, and alone. A question that depends on
    nothing has one. `chosen` is the name of the country that the person chose before asking. A question that is asked
    again does not continue itself.
    """
    history = [turn for turn in history if turn.content.strip() != question]
    before = [chosen, *(turn.content for turn in history if turn.role == "user")]
    completed = complete(question, earlier(history, chosen))
    # with only a chosen country there is no earlier question to continue
    says_so = SAME_PLACE.search(question) if chosen and not history else goes_on(question)
    with_subject, with_place, alone = (
        (COMPLETED, LOCATED, ALONE) if says_so else (COMPLETED_UNASKED, LOCATED_UNASKED, ALONE_UNASKED)
    )
    found = {question: alone}
    if completed != question:
        found[completed] = with_subject
    if (place := conversation_scope(before).place) and not host_countries(question):
        located = join([place, question])
        found[located] = max(with_place, found.get(located, with_place))
    return list(found.items())


def meant(readings: Sequence[tuple[str, float]], question: str) -> set[str]:
    """Returns the readings that are certain enough for an answer without retrieval.

    These are the most preferred ones. If the question may leave something out, the reading of it alone is not among
    them.
    """
    completed = [each for each in readings if each[0] != question] or readings
    return {text for text, worth in completed if worth == max(worth for _, worth in completed)}


def accepted(written: str, question: str, history: Sequence[Turn]) -> str:
    """Returns the question that a model wrote for a follow-up; "" if unusable.

    Unusable: no question mark at its end (it may be the answer), another language, more than REWRITTEN_CHARACTERS, or
    figures that are not in the conversation.
    """
    line = next((each.strip() for each in written.strip().splitlines() if each.strip()), "")
    whole = LABEL.sub("", line).strip('"“” ')
    spoken_of = figures(" ".join([*(turn.content for turn in history), question]))
    fits = whole.endswith(ASKING) and len(whole) <= REWRITTEN_CHARACTERS and set(figures(whole)) <= set(spoken_of)
    return whole if fits and spoken(whole, "") in {"", spoken(question, "")} else ""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Returns the question completed from earlier ones; unchanged if it needs nothing."""
    return complete(question, earlier(history))


def earlier(history: Sequence[Turn], chosen: str = "") -> str:
    """Returns the previous question, completed in turn.

    The chosen country, if any, comes before the first question.
    """
    before = chosen
    asked = [turn.content for turn in history if turn.role == "user" and route(turn.content) is None]
    for content in asked[-TURNS_READ:]:
        before = complete(content, before)
    return before


def complete(question: str, before: str) -> str:
    """Returns a question completed with the country or subject of the previous one."""
    if not before or not leans(question):
        return question
    asked = question.strip()
    core = OPENING.sub("", asked).strip()
    here, there = places(core), asked_countries(before)
    if here and not has_subject(core, here):
        return swap_countries(before, core)
    if host_countries(core) or (here and core == asked):
        return question
    located = join([*there, core])
    if there and has_subject(located, there) and not SAME_THING.search(core):
        return located
    return join([topic(before), core])


def topic(before: str) -> str:
    """Returns the subject of a question, without words for a limit, rate or amount."""
    asked = expected_answer_type(before)
    if asked is None:
        return before.strip(END)
    return asked.asked.sub(lambda match: match[0] if SUBJECT.search(match[0]) else "", before).strip(END)


def goes_on(question: str) -> bool:
    """Checks that a question says that it continues the one before it."""
    return bool(OPENING.search(question.strip()) or SAME_THING.search(question) or SAME_PLACE.search(question))


def leans(question: str) -> bool:
    """Checks that a question may leave something out."""
    if goes_on(question):
        return True
    return not places(question) and len(query_terms(question)) <= SHORT_TERMS


def has_subject(text: str, names: Sequence[str]) -> bool:
    """Checks that a text asks about something besides the places it names."""
    own = set(query_terms(text)) - set(terms(" ".join(names)))
    return any(len(term) > 1 or term.isdigit() for term in own)


def swap_countries(before: str, core: str) -> str:
    """Returns the question before, with its places replaced by those of `core`."""
    here, there = places(core), host_countries(before) or places(before)
    new = core[core.index(here[0]) : core.rindex(here[-1]) + len(here[-1])]
    if not there:
        return join([before.rstrip(END), new])
    either = "|".join(re.escape(name) for name in there)
    return re.sub(f"(?:{either})(?:{CONNECTED}(?:{either}))*", lambda _: new, before)


def places(text: str) -> list[str]:
    """Returns the words that name countries in a text, each once."""
    return list(dict.fromkeys(words for words, _ in mentions(text)))


def host_countries(text: str) -> list[str]:
    """Returns the words that name countries other than China."""
    return list(dict.fromkeys(words for words, code in mentions(text) if code != HOME))


def asked_countries(text: str) -> list[str]:
    """Returns the host countries named; none for a question about coming to China.

    The home country of an inbound company is not what it asks about.
    """
    return [] if conversation_scope([text]).audience == "inbound" else host_countries(text)


def join(parts: Sequence[str]) -> str:
    """Joins parts of a question: with a blank in Chinese, else with a comma."""
    return (" " if detect_language(parts[-1]) == "zh" else ", ").join(part for part in parts if part)
