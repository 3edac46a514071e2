"""Conversation context: the countries and the direction (outbound or inbound)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.query.countries import HOME, is_here, mentions
from store.documents import Audience
from text.lexicon.load import pattern

OUTBOUND = pattern("scope.outbound")
INBOUND = pattern("scope.inbound")


@dataclass(frozen=True)
class Scope:
    """Context of a conversation.

    - `audience`: "outbound" (companies going abroad) or "inbound" (coming to China); None if unknown.
    - `countries`: alpha-2 codes of host countries.
    - `place`: the place that was named last, as the person wrote it.
    """

    audience: Audience | None = None
    countries: tuple[str, ...] = ()
    place: str = ""


NO_SCOPE = Scope()


def conversation_scope(texts: Sequence[str]) -> Scope:
    """Returns the context of a person's messages, given in the order of writing.

    The last message that says something decides. If it names no place, `place` comes from an earlier message for the
    same audience.
    """
    found = [said(each) for each in reversed(texts)]
    last = next((each for each in found if each != NO_SCOPE), NO_SCOPE)
    same = (each.place for each in found if each.place and each.audience == last.audience)
    return replace(last, place=next(same, ""))


def said(text: str) -> Scope:
    """Returns the context of one message.

    An inbound company names its own country as often as China, so that country is not a host.
    """
    named = mentions(text)
    hosts = [(words, code) for words, code in named if code != HOME]
    if INBOUND.search(text) and not OUTBOUND.search(text):
        home = next((words for words, code in named if code == HOME), "")
        return Scope("inbound", place=home)
    if hosts and not is_here(text):
        return Scope("outbound", tuple(dict.fromkeys(code for _, code in hosts)), hosts[0][0])
    if OUTBOUND.search(text):
        return Scope("outbound")
    return Scope("inbound", place=named[0][0]) if is_here(text) and named else NO_SCOPE
