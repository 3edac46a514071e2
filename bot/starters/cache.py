"""What the start page offers: the countries and topics that the folder has, and examples that are at hand."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.pipeline import Bot
from bot.query.countries import HOME, country_name
from bot.starters.questions import TOPICS, Choice, Example, applicable, examples, topics
from store.index import Index

LOG = logging.getLogger(__name__)
AGAIN_AFTER = 60.0
"""Seconds for which the examples of a choice stand, whatever changes, for those who open the page; and for which a
search that failed is not tried again."""
LOOK_AGAIN = 5.0
"""Seconds between two looks at whether something is to be done."""
REMEMBERED = 512
"""Choices of which examples are kept: more than the page has."""

State = tuple[datetime | None, bool, date]
"""What examples depend on: when the documents changed, whether all have their vectors, and the day."""


@dataclass(frozen=True)
class Offer:
    """Alpha-2 codes of host countries and names of topics (keys of TOPICS), those with the most documents first, and
    when the documents changed last (UTC; None where that is not known)."""

    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    updated: datetime | None = None


@dataclass(frozen=True)
class Found:
    """The examples of a choice, in which state of the index they were found (None where the last search failed), and
    when, on the monotonic clock."""

    examples: tuple[Example, ...]
    state: State | None
    at: float = field(default_factory=time.monotonic)

    def is_recent(self) -> bool:
        return time.monotonic() - self.at < AGAIN_AFTER

    def stands(self, state: State) -> bool:
        """Whether another search in `state` would be in vain."""
        return self.state == state or (self.state is None and self.is_recent())


class Offering:
    """What there is to choose, and examples for each choice. Threads share it.

    Searching for examples takes as long as answering many questions, so there is one search at a time, and nobody waits
    for that of another: whoever comes meanwhile gets what is known. Those who open the page start a search for a choice
    once a minute at most, and only if the index has changed since the last one.
    """

    def __init__(self, bot: Bot) -> None:
        self.bot = replace(bot, model=None)
        self.lock, self.searching = threading.Lock(), threading.Lock()
        self.found: OrderedDict[Choice, Found] = OrderedDict()
        self.offered: tuple[object, Offer] = None, Offer()

    def examples(self, choice: Choice) -> tuple[Example, ...]:
        """Up to EXAMPLES questions that the folder answers now, or answered within the last minute; those known before,
        maybe none, while a search is running."""
        found = self.latest(choice)
        if found is None or not found.is_recent():
            self.renew(choice)
        return self.known(choice)

    def known(self, choice: Choice) -> tuple[Example, ...]:
        """What was found for a choice last, at once; of an index that may have changed since."""
        found = self.latest(choice)
        return found.examples if found else ()

    def renew(self, choice: Choice) -> None:
        """Searches for the examples of a choice unless they stand, or another search is running; logs what fails."""
        if not self.searching.acquire(blocking=False):
            return
        try:
            state, found = self.state(), self.latest(choice)
            if found is None or not found.stands(state):
                self.remember(choice, self.search(choice, state))
        finally:
            self.searching.release()

    def search(self, choice: Choice, state: State) -> Found:
        try:
            return Found(examples(self.bot, choice), state)
        except Exception:  # the page can do without examples
            LOG.exception("Examples for the start page could not be found; those known before stay.")
            return Found(self.known(choice), None)

    def state(self) -> State:
        return self.bot.index.updated(), bool(self.bot.index.without_vectors()), date.today()

    def latest(self, choice: Choice) -> Found | None:
        with self.lock:
            if choice in self.found:
                self.found.move_to_end(choice)
            return self.found.get(choice)

    def remember(self, choice: Choice, found: Found) -> None:
        with self.lock:
            self.found[choice] = found
            if len(self.found) > REMEMBERED:
                self.found.popitem(last=False)

    def offer(self) -> Offer:
        """What the page can offer to choose from, and when the documents changed last; counted once for each state of
        the documents and each day."""
        index, on = self.bot.index, date.today()
        key = (index.generation, index.updated(), on)  # the generation follows a change a moment later
        counted, offer = self.offered
        if counted != key:
            offer = replace(offered(index, on=on), updated=key[1])
            self.offered = key, offer
        return offer


def keep_ready(things: Sequence[Callable[[], object]], stop: threading.Event, every: float = LOOK_AGAIN) -> None:
    """Does `things`, each of which finds out itself whether it is due, one after the other every few seconds until
    `stop` is set. One that fails is logged and keeps back no other."""
    while not stop.wait(every):
        for thing in things:
            try:
                thing()
            except Exception:  # the loop outlives whatever it does
                LOG.exception("What is to be done from time to time could not be done; it is tried again.")


def offered(index: Index, known: Collection[str] = TOPICS, on: date | None = None) -> Offer:
    """What documents in force, or of unknown validity, are about; of topics those that are `known`."""
    applying = [metadata for _, metadata in applicable(index, on or date.today())]
    codes = Counter(code for each in applying for code in set(each.countries) - {HOME} if country_name(code, "en"))
    named = Counter(topic for each in applying for topic in topics(each) if topic in known)
    return Offer(most(codes), most(named))


def most(counted: Counter[str]) -> tuple[str, ...]:
    """What was counted, the most frequent first, and in alphabetical order where equal."""
    return tuple(sorted(counted, key=lambda each: (-counted[each], each)))
