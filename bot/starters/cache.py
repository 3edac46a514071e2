"""Cache of the start page's countries, topics and conversation starters."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.pipeline import Bot
from bot.query.countries import HOME, country_name
from bot.starters.questions import TOPICS, Starter, StarterFilter, applicable, examples, topics
from store.index import Index
from store.index.read_lock import ReadLockClosedError

LOG = logging.getLogger(__name__)
AGAIN_AFTER = 60.0
"""Seconds until a visitor can start a new search for a choice, also if it failed."""
LOOK_AGAIN = 5.0
"""Seconds between two runs of the periodic jobs."""
WANTED = 8
"""Number of choices that visitors can be waiting for at a time."""
REMEMBERED = 512
"""Number of choices whose starters are kept: more than the page has."""

State = tuple[datetime | None, bool, date]
"""Key of the cache: last change of the documents, vectors complete or not, day."""


@dataclass(frozen=True)
class StarterOptions:
    """Choices on the start page, those with the most documents first.

    - `countries`: alpha-2 codes of host countries; `topics`: keys of TOPICS.
    - `updated`: last change of the documents (UTC); None if unknown.
    """

    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    updated: datetime | None = None


@dataclass(frozen=True)
class Found:
    """Starters of a choice, with the state of the index and the time of the search.

    `state` is None if the last search failed; `at` is on the monotonic clock.
    """

    examples: tuple[Starter, ...]
    state: State | None
    at: float = field(default_factory=time.monotonic)

    def is_recent(self) -> bool:
        """Checks that the search was less than AGAIN_AFTER ago."""
        return time.monotonic() - self.at < AGAIN_AFTER

    def stands(self, state: State) -> bool:
        """Checks that another search in `state` would find nothing new."""
        return self.state == state or (self.state is None and self.is_recent())


class StarterCache:
    """Thread-safe cache of the starters for each choice.

    A search takes as long as many answers, so only one runs at a time, and no visitor waits for it. Visitors start a
    search for a choice at most once a minute, and only if the index has changed since.
    """

    def __init__(self, bot: Bot) -> None:
        self.bot = replace(bot, model=None)
        self.lock, self.searching = threading.Lock(), threading.Lock()
        self.wanted: set[StarterFilter] = set()
        self.found: OrderedDict[StarterFilter, Found] = OrderedDict()
        self.offered: tuple[object, StarterOptions] = None, StarterOptions()

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        """Returns the cached starters at once, maybe none.

        A search for those of today's documents may begin.
        """
        found = self.latest(choice)
        if found is None or not (found.is_recent() or found.stands(self.state())):
            self.want(choice)
        return self.list_cached(choice)

    def is_searching(self, choice: StarterFilter) -> bool:
        """Checks that a search that a visitor started is not over yet."""
        return choice in self.wanted

    def want(self, choice: StarterFilter) -> None:
        """Searches for starters in a thread, unless WANTED others wait.

        One choice is searched for after the other.
        """
        with self.lock:
            if choice in self.wanted or len(self.wanted) >= WANTED:
                return
            self.wanted.add(choice)
        threading.Thread(target=self.give, args=(choice,), name="starters", daemon=True).start()

    def give(self, choice: StarterFilter) -> None:
        """Searches for wanted starters."""
        try:
            with self.searching:
                self.renew_now(choice)
        finally:
            with self.lock:
                self.wanted.discard(choice)

    def list_cached(self, choice: StarterFilter) -> tuple[Starter, ...]:
        """Returns the cached starters at once; the index may have changed since."""
        found = self.latest(choice)
        return found.examples if found else ()

    def renew(self, choice: StarterFilter) -> None:
        """Searches for starters, unless they are current or another search is running.

        Errors are logged.
        """
        if not self.searching.acquire(blocking=False):
            return
        try:
            self.renew_now(choice)
        finally:
            self.searching.release()

    def renew_now(self, choice: StarterFilter) -> None:
        """Searches for starters, unless they are current.

        Ends without a result if the index is closed meanwhile.
        """
        with suppress(ReadLockClosedError):
            state, found = self.state(), self.latest(choice)
            if found is None or not found.stands(state):
                self.remember(choice, self.search(choice, state))

    def search(self, choice: StarterFilter, state: State) -> Found:
        """Searches for starters; if that fails, keeps those known.

        Raises ReadLockClosedError if the index is closed meanwhile.
        """
        try:
            return Found(examples(self.bot, choice), state)
        except ReadLockClosedError:
            raise
        except Exception:  # the page works without starters
            LOG.exception("Examples for the start page could not be found; the previous ones stay.")
            return Found(self.list_cached(choice), None)

    def state(self) -> State:
        """Returns the current key of the cache."""
        return self.bot.index.last_update(), bool(self.bot.index.without_vectors()), date.today()

    def latest(self, choice: StarterFilter) -> Found | None:
        """Returns the last result for a choice.

        None if none is kept.
        """
        with self.lock:
            if choice in self.found:
                self.found.move_to_end(choice)
            return self.found.get(choice)

    def remember(self, choice: StarterFilter, found: Found) -> None:
        """Keeps a result, and forgets the least recently used one beyond REMEMBERED."""
        with self.lock:
            self.found[choice] = found
            if len(self.found) > REMEMBERED:
                self.found.popitem(last=False)

    def offer(self) -> StarterOptions:
        """Returns the choices of the page, counted once per state and day."""
        index, on = self.bot.index, date.today()
        key = (index.generation, index.last_update(), on)  # the generation follows a change a moment later
        counted, offer = self.offered
        if counted != key:
            offer = replace(starter_options(index, on=on), updated=key[1])
            self.offered = key, offer
        return offer


def run_periodically(things: Sequence[Callable[[], object]], stop: threading.Event, every: float = LOOK_AGAIN) -> None:
    """Runs the jobs one after the other every few seconds until `stop` is set.

    Each job checks itself if it is due. A failed job is logged and does not stop the others.
    """
    while not stop.wait(every):
        for thing in things:
            try:
                thing()
            except Exception:  # the loop must outlive any job
                LOG.exception("A periodic task failed; it will be retried.")


def starter_options(index: Index, known: Collection[str] = TOPICS, on: date | None = None) -> StarterOptions:
    """Returns the choices from documents in force or of unknown validity.

    Topics are limited to those `known`.
    """
    applying = [metadata for _, metadata in applicable(index, on or date.today())]
    codes = Counter(code for each in applying for code in set(each.countries) - {HOME} if country_name(code, "en"))
    named = Counter(topic for each in applying for topic in topics(each) if topic in known)
    return StarterOptions(most_frequent(codes), most_frequent(named))


def most_frequent(counted: Counter[str]) -> tuple[str, ...]:
    """Returns the counted names, most frequent first, then in alphabetical order."""
    return tuple(sorted(counted, key=lambda each: (-counted[each], each)))
