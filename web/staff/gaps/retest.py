"""Retest: asks the questions of a gap again, and closes the answered ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from threading import Lock, Thread

from bot.diagnostics.knowledge_gaps import Again, Gap, ask_again
from records import AuditEntry, GapNote, GapState, RecordsUnavailableError, Unanswered
from web.staff.context import StaffContext
from web.staff.identity.people import Person

MOST_KEPT = 50
"""Runs whose results are kept; the oldest are dropped first."""

log = logging.getLogger(__name__)


@dataclass
class Run:
    """Questions that are asked again.

    `account` is the id of the account of `who`, empty for the shared password.
    `source` is the document that should answer them, empty for a trial. `trouble` is the key of an error.
    `is_by_page`: `who` published that document, which lists them, and nobody started the run. "" if it was put into the
    folder by hand.
    """

    who: str
    account: str
    questions: Sequence[Unanswered]
    source: str = ""
    results: list[Again] = field(default_factory=list)
    is_running: bool = True
    ended: float = 0.0
    """End of the run, in seconds of `time.monotonic`."""
    trouble: str = ""
    is_by_page: bool = False

    @property
    def answered(self) -> list[Again]:
        """Results of the questions that have an answer now."""
        return [each for each in self.results if each.is_answered]

    def result(self, handle: str) -> Again | None:
        """Returns the result of one question.

        None while it waits.
        """
        return next((each for each in self.results if each.question.exchange.handle == handle), None)

    @property
    def results_to_store(self) -> list[Again]:
        """Returns what is stored: of a trial only what the center itself answers now."""
        return self.results if self.source else [each for each in self.answered if each.answer.mode == "curated"]

    @property
    def likely(self) -> str:
        """The document that most new answers cite; empty for none."""
        cited = [each.answer.citations[0].source for each in self.answered if each.answer.citations]
        return max(sorted(set(cited)), key=cited.count, default="")


class Retests:
    """Runs, one for each gap at a time. `changed` is called after closing questions."""

    def __init__(self, room: StaffContext, changed: Callable[[], None]) -> None:
        self.room, self.changed, self.lock = room, changed, Lock()
        self.runs: dict[str, Run] = {}

    def find(self, gap: Gap) -> Run | None:
        """Returns the current or last run of a gap.

        It is found also if the gap's handle has changed.
        None if the gap has none, or if it was dropped.
        """
        return next((run for handle, run in reversed(self.runs.items()) if gap.holds(handle)), None)

    def snapshot(self, gap: Gap) -> Run | None:
        """Returns a copy of the run in its current state.

        None if the gap has none, or if it was dropped.
        """
        return copy(self.find(gap))

    def start(self, gap: Gap, person: Person, source: str = "") -> bool:
        """Asks the open questions of a gap again; False if that is already running."""
        run = Run(person.name, person.account, gap.open_questions, source)
        if not self.begin(gap, run):
            return False
        Thread(target=self.run, args=(run,), name="ask again", daemon=True).start()
        return True

    def begin(self, gap: Gap, run: Run) -> bool:
        """Makes a run the current one of a gap; False if another one is running."""
        with self.lock:
            last = self.find(gap)
            if last and last.is_running:
                return False
            self.runs[gap.handle] = run
            for oldest in list(self.runs)[:-MOST_KEPT]:
                del self.runs[oldest]
        return True

    def run(self, run: Run) -> None:
        """Asks the questions of a run and stores the results; notes an error in the run."""
        try:
            for result in ask_again(self.room.bot, run.questions, run.source):
                run.results.append(result)
            if run.results_to_store:
                self.close(run)
        except RecordsUnavailableError as error:
            log.warning("The repeated questions could not be stored. %s", error)
            run.trouble = "frame.records_unavailable"
        finally:
            run.ended = time.monotonic()
            run.is_running = False

    def close(self, run: Run) -> None:
        """Stores the results."""
        closed = "gap.closed_by_page" if run.is_by_page else "gap.closed"
        action = closed if run.source else "gap.answered"
        answered = sum(each.is_answered for each in run.results_to_store)
        detail = {"answered": str(answered), "questions": str(len(run.questions))}
        self.room.audit.note(AuditEntry(run.who, action, run.source, detail, account=run.account))
        self.room.records.gaps.note([to_note(each, run) for each in run.results_to_store])
        self.changed()


def to_note(result: Again, run: Run) -> GapNote:
    """Returns a result as a note about its question: closed if it is answered."""
    return GapNote(
        result.question.exchange.id,
        GapState.CLOSED if result.is_answered else GapState.OPEN,
        run.who,
        run.source,
        result.answer.outcome.value,
        result.is_cited,
    )
