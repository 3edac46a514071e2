"""Search for knowledge gaps in the background, and the number of open ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Event, Lock, Thread

from bot.diagnostics.knowledge_gaps import DOUBTFUL, Gap, Vectors, group_questions, texts_compared
from bot.outcomes import ASKED_BACK, GAPS, NO_GAPS
from records import RecordsUnavailableError
from web.staff.context import StaffContext
from web.staff.gaps.gone_documents import reopen_gone

DAYS = 90
"""Default period of the search, in days."""
PATIENCE, GLANCE = 1.5, 0.2
"""Seconds that a page waits for the groups, and the menu for their number, if it has none."""
FRESH = 300.0
"""Seconds from the end of a search for which its number is shown in the menu."""

log = logging.getLogger(__name__)


@dataclass
class Search:
    """Gaps of the last `days` found so far; `trouble` is the key of an error.

    `began`, `ended_at`: in seconds of `time.monotonic`. `updated`: the last change of the documents before it.
    """

    days: int
    found: Sequence[Gap] = ()
    done: int = 0
    total: int = 0
    trouble: str = ""
    ended: Event = field(default_factory=Event)
    began: float = field(default_factory=time.monotonic)
    ended_at: float = 0.0
    updated: datetime | None = None

    def tell(self, done: int, total: int) -> None:
        """Notes for how many questions the vectors are there, and the number of all."""
        self.done, self.total = done, total

    def gap(self, handle: str) -> Gap | None:
        """Returns the gap of a question, by the question's handle.

        None if it is in none.
        """
        return next((each for each in self.found if each.holds(handle)), None)


class Grouping:
    """Finds gaps: one search at a time for each period. Question vectors are cached.

    `last`: the last complete search of DAYS; None before it, and after a decision. `number`: the open gaps it found.
    `after` is called with each search that found all, in its thread.
    """

    def __init__(self, room: StaffContext) -> None:
        self.room = room
        self.after: Callable[[Search], object] | None = None
        self.running: dict[int, Search] = {}
        self.last: Search | None = None
        self.number = 0
        self.lock = Lock()

    @cached_property
    def vectors(self) -> Vectors:
        """The cache of question vectors, `(dim,)` each."""
        return Vectors(self.room.bot.embedding_model)

    def search(self, days: int, patience: float | None = None) -> Search:
        """Returns the running or a new search, once it ends or `patience` seconds pass.

        PATIENCE if None.
        """
        with self.lock:
            search = self.running.get(days)
            if search is None:
                search = self.running[days] = Search(days)
                Thread(target=self.run, args=(search,), name="gaps", daemon=True).start()
        search.ended.wait(PATIENCE if patience is None else patience)
        return search

    def run(self, search: Search) -> None:
        """Runs a search to its end, in its thread; an error becomes its `trouble`."""
        try:
            search.found = self.find(search)
            search.ended_at = time.monotonic()
            with self.lock:
                if search.days == DAYS and self.running.get(DAYS) is search:
                    self.last, self.number = search, sum(bool(gap.open_questions) for gap in search.found)
        except RecordsUnavailableError as error:
            log.warning("The gaps could not be found. %s", error)
            search.trouble = "frame.records_unavailable"
        finally:
            with self.lock:
                if self.running.get(search.days) is search:
                    del self.running[search.days]
            search.ended.set()
        if self.after and not search.trouble:
            self.after(search)

    def find(self, search: Search) -> list[Gap]:
        """Returns the gaps in the questions of the last `search.days` days, with today."""
        first, search.updated = date.today() - timedelta(search.days - 1), self.room.index.last_update()
        questions = self.room.records.gaps.questions(first, GAPS, NO_GAPS, DOUBTFUL, ASKED_BACK)
        if not questions:
            return []
        questions = reopen_gone(self.room, questions)
        return group_questions(questions, self.vectors.of(texts_compared(questions), search.tell))

    def forget(self) -> None:
        """Discards results and running searches after a decision about a gap."""
        with self.lock:
            self.last = None
            self.running.clear()

    def open_gaps(self) -> int:
        """Returns the number of open gaps in the last DAYS.

        An old number is returned at once, while a search for the new one runs.
        """
        if self.is_due():
            self.search(DAYS, 0.0 if self.last else GLANCE)
        return self.number

    def is_due(self) -> bool:
        """True if the last number may have changed.

        So it is without a last search, FRESH seconds after it, and once documents have changed since.
        """
        last = self.last
        if last is None or time.monotonic() - last.ended_at > FRESH:
            return True
        return last.updated != self.room.index.last_update()
