"""Search for knowledge gaps in the background, and the number of open ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from threading import Event, Lock, Thread

from bot.diagnostics.knowledge_gaps import DOUBTFUL, Gap, Vectors, group_questions, standalone_question
from bot.outcomes import ASKED_BACK, GAPS, NO_GAPS
from records import GapState, RecordsUnavailableError, Unanswered
from store.embeddings import EmbeddingFailedError
from web.staff.context import StaffContext

DAYS = 90
"""Default period of the search, in days."""
PATIENCE, GLANCE = 1.5, 0.2
"""Seconds that a page waits for the groups, and the menu for their number."""
FRESH = 300.0
"""Seconds for which the number in the menu is valid: the page of gaps, which searches anew, shows the same."""

log = logging.getLogger(__name__)


@dataclass
class Search:
    """Gaps of the last `days` found so far; `trouble` is the key of an error."""

    days: int
    found: Sequence[Gap] = ()
    done: int = 0
    total: int = 0
    trouble: str = ""
    ended: Event = field(default_factory=Event)
    began: float = field(default_factory=time.monotonic)

    def tell(self, done: int, total: int) -> None:
        """Notes for how many questions the vectors are there, and the number of all."""
        self.done, self.total = done, total

    def gap(self, handle: str) -> Gap | None:
        """Returns the gap of a question, by the question's handle.

        None if it is in none.
        """
        return next((each for each in self.found if each.holds(handle)), None)


class Grouping:
    """Finds gaps: one search at a time for each period. Question vectors are cached."""

    def __init__(self, room: StaffContext) -> None:
        self.room = room
        self.running: dict[int, Search] = {}
        self.last: Search | None = None
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
            with self.lock:
                if search.days == DAYS and self.running.get(DAYS) is search:
                    self.last = search
        except RecordsUnavailableError as error:
            log.warning("The gaps could not be found. %s", error)
            search.trouble = "frame.records_unavailable"
        except EmbeddingFailedError as error:
            log.warning("The gaps could not be grouped. %s", error)
            search.trouble = "gaps.no_meaning"
        finally:
            with self.lock:
                if self.running.get(search.days) is search:
                    del self.running[search.days]
            search.ended.set()

    def find(self, search: Search) -> list[Gap]:
        """Returns the gaps in the questions of the last `search.days` days, with today."""
        first = date.today() - timedelta(search.days - 1)
        questions = self.room.records.gaps.questions(first, GAPS, NO_GAPS, DOUBTFUL, ASKED_BACK)
        if not questions:
            return []
        names = {PurePosixPath(each).with_suffix("") for each in self.room.index.documents()}
        questions = [reopen_if_gone(each, names) for each in questions]
        vectors = self.vectors.of([standalone_question(each.exchange) for each in questions], search.tell)
        return group_questions(questions, vectors, self.room.index.centres())

    def forget(self) -> None:
        """Discards results and running searches after a decision about a gap."""
        with self.lock:
            self.last = None
            self.running.clear()

    def open_gaps(self) -> int:
        """Returns the number of open gaps in the last DAYS.

        Searches again after FRESH seconds.
        """
        if self.last is None or time.monotonic() - self.last.began > FRESH:
            self.search(DAYS, GLANCE)
        last = self.last
        return sum(bool(gap.open_questions) for gap in last.found) if last else 0


def reopen_if_gone(question: Unanswered, names: Collection[PurePosixPath]) -> Unanswered:
    """Returns a question as open if the document that closed it is not in the folder.

    `names` are the documents without endings, since a file of another ending replaces one. An index that is empty is
    just being made.
    """
    note = question.note
    if note is None or note.state is not GapState.CLOSED or not note.source or not names:
        return question
    is_there = PurePosixPath(note.source).with_suffix("") in names
    return question if is_there else replace(question, note=replace(note, state=GapState.OPEN))
