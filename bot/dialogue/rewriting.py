"""Makes a follow-up question understandable alone, from the questions before it, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Turn
from bot.dialogue.intent import route
from bot.query.answer_type import asked_for
from bot.query.conversation_context import scope
from bot.query.countries import HOME, mentions
from bot.query.query import spoken
from store.index import question_terms, terms
from text.language import detect_language
from text.lexicon.load import bodies, either, pattern
from text.numbers import figures
from text.scripts import IDEOGRAPHS

OPENING = re.compile(
    rf"^(?:(?:{bodies('follow_up.opening', 'zh')})[\s，,]*|(?:{either('follow_up.opening')})\b[\s,]*|و(?=ال))"
    rf"|(?:{either('follow_up.ending')})(?=[？?。\s]*$)",
    re.IGNORECASE,
)
"""How a question takes up the one before it."""
SAME_THING = pattern("follow_up.thing")
SAME_PLACE = re.compile(
    rf"{either('follow_up.place')}|(?<![{IDEOGRAPHS}])(?:{either('follow_up.place_apart')})", re.IGNORECASE
)
"""Words that stand for something named before, or for a place."""
CONNECTED = rf"\s*(?:[、,，]|{either('follow_up.joining')})\s*"
END = "？?。.؟ "
SHORT_TERMS = 5
"""A question of at most so many terms may lean on the one before it even without a word that says so."""

SUBJECT = pattern("follow_up.amount_subject")
"""What an amount is asked of stays the subject when something else is asked of it."""
TURNS_READ = 2
"""How many questions before are read for the subject: what was asked earlier is no longer meant."""
COMPLETED, LOCATED, ALONE = 0.0, -0.5, -2.0
"""How far each reading of a question that says that it takes up the one before is preferred, in evidence."""
REWRITTEN = 0.0
"""The same for what a model made of it."""
REWRITTEN_CHARACTERS = 200
ASKING = ("?", "？", "؟")
LABEL = re.compile(rf"^(?:{bodies('follow_up.label')})\s*[:：]\s*", re.IGNORECASE)
COMPLETED_UNASKED, LOCATED_UNASKED, ALONE_UNASKED = -1.0, 0.0, 0.5
"""The same for one that does not say so: with what came before there always is more evidence."""


def readings(question: str, history: Sequence[Turn], chosen: str = "") -> list[tuple[str, float]]:
    """What a question may mean: completed by the rules, in the country of the conversation, and alone; each with how
    far it is preferred, in evidence. It is one thing where it leans on nothing.

    `chosen` names the country that the person chose before saying anything. Asked again, a question takes up nothing
    of itself.
    """
    history = [turn for turn in history if turn.content.strip() != question]
    before = [chosen, *(turn.content for turn in history if turn.role == "user")]
    completed = complete(question, earlier(history, chosen))
    # where only a country was chosen there is no question before it to take up
    says_so = SAME_PLACE.search(question) if chosen and not history else goes_on(question)
    with_subject, with_place, alone = (
        (COMPLETED, LOCATED, ALONE) if says_so else (COMPLETED_UNASKED, LOCATED_UNASKED, ALONE_UNASKED)
    )
    found = {question: alone}
    if completed != question:
        found[completed] = with_subject
    if (place := scope(before).place) and not host_countries(question):
        located = join([place, question])
        found[located] = max(with_place, found.get(located, with_place))
    return list(found.items())


def meant(readings: Sequence[tuple[str, float]], question: str) -> set[str]:
    """Of the readings of a question those that are certain enough for an answer that is given without looking further:
    the most preferred ones; where it may leave something out, not the one that takes it alone."""
    completed = [each for each in readings if each[0] != question] or readings
    return {text for text, worth in completed if worth == max(worth for _, worth in completed)}


def accepted(written: str, question: str, history: Sequence[Turn]) -> str:
    """The question that a model wrote for a follow-up; empty where it is none: in another language, too long, with
    figures of which nobody spoke, or the answer to it."""
    line = next((each.strip() for each in written.strip().splitlines() if each.strip()), "")
    whole = LABEL.sub("", line).strip('"“” ')
    spoken_of = figures(" ".join([*(turn.content for turn in history), question]))
    fits = whole.endswith(ASKING) and len(whole) <= REWRITTEN_CHARACTERS and set(figures(whole)) <= set(spoken_of)
    return whole if fits and spoken(whole, "") in {"", spoken(question, "")} else ""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out, taken from the questions before it; itself where it needs nothing."""
    return complete(question, earlier(history))


def earlier(history: Sequence[Turn], chosen: str = "") -> str:
    """The question before, with what it left out itself; before the first one stands the country that was chosen."""
    before = chosen
    asked = [turn.content for turn in history if turn.role == "user" and route(turn.content) is None]
    for content in asked[-TURNS_READ:]:
        before = complete(content, before)
    return before


def complete(question: str, before: str) -> str:
    """A question read after another: with its country, or with its subject, or with both its own."""
    if not before or not leans(question):
        return question
    asked = question.strip()
    core = OPENING.sub("", asked).strip()
    here, there = places(core), asked_countries(before)
    if here and not has_subject(core, here):
        return exchange(before, core)
    if host_countries(core) or (here and core == asked):
        return question
    located = join([*there, core])
    if there and has_subject(located, there) and not SAME_THING.search(core):
        return located
    return join([topic(before), core])


def topic(before: str) -> str:
    """What a question is about, without the words that ask for a time limit, a rate or an amount of it."""
    asked = asked_for(before)
    if asked is None:
        return before.strip(END)
    return asked.asked.sub(lambda match: match[0] if SUBJECT.search(match[0]) else "", before).strip(END)


def goes_on(question: str) -> bool:
    """Whether a question says that it takes up the one before it."""
    return bool(OPENING.search(question.strip()) or SAME_THING.search(question) or SAME_PLACE.search(question))


def leans(question: str) -> bool:
    """Whether a question may leave something out."""
    if goes_on(question):
        return True
    return not places(question) and len(question_terms(question)) <= SHORT_TERMS


def has_subject(text: str, names: Sequence[str]) -> bool:
    """Whether a text asks about something besides the places that it names."""
    own = set(question_terms(text)) - set(terms(" ".join(names)))
    return any(len(term) > 1 or term.isdigit() for term in own)


def exchange(before: str, core: str) -> str:
    """The question before, asked about the places of `core`."""
    here, there = places(core), host_countries(before) or places(before)
    new = core[core.index(here[0]) : core.rindex(here[-1]) + len(here[-1])]
    if not there:
        return join([before.rstrip(END), new])
    either = "|".join(re.escape(name) for name in there)
    return re.sub(f"(?:{either})(?:{CONNECTED}(?:{either}))*", lambda _: new, before)


def places(text: str) -> list[str]:
    """The words by which a text names countries, each once."""
    return list(dict.fromkeys(words for words, _ in mentions(text)))


def host_countries(text: str) -> list[str]:
    """The same without China, where every question comes from or leads to."""
    return list(dict.fromkeys(words for words, code in mentions(text) if code != HOME))


def asked_countries(text: str) -> list[str]:
    """The same of a question about coming to China: where the company comes from is not what it asks about."""
    return [] if scope([text]).audience == "inbound" else host_countries(text)


def join(parts: Sequence[str]) -> str:
    return (" " if detect_language(parts[-1]) == "zh" else ", ").join(part for part in parts if part)
