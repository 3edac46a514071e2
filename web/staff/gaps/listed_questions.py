"""Retest of gaps whose questions a published page lists, without a click."""

from __future__ import annotations

import logging
from threading import Lock

from bot.diagnostics.knowledge_gaps import Gap
from records import RecordsUnavailableError
from web.staff.context import StaffContext
from web.staff.documents.overview import BY_HAND_ACTION
from web.staff.gaps.retest import Retests, Run
from web.staff.gaps.search import Search

PUBLISHED = ("document.added", "document.kept_both", "document.replaced", "document.rewritten", "document.edited")
"""Actions in the log after which a page answers otherwise than before, once it is read again."""
ONE_AT_A_TIME = Lock()

log = logging.getLogger(__name__)


def retest_listed(room: StaffContext, retests: Retests, search: Search) -> None:
    """Asks the questions of each gap again that a page lists since its last change.

    Runs one gap after the other in the calling thread, and not beside another call.
    """
    if not ONE_AT_A_TIME.acquire(blocking=False):
        return
    try:
        due = [(gap, run) for gap in search.found if (run := find_due(room, gap))]
        for gap, run in due if due and is_read(room) else ():
            last = retests.find(gap)
            is_tried = last and last.source == run.source and last.ended > search.began
            if not is_tried and retests.begin(gap, run):
                retests.run(run)
    except RecordsUnavailableError as error:
        log.warning("The gaps that a page lists could not be asked again. %s", error)
    finally:
        ONE_AT_A_TIME.release()


def is_read(room: StaffContext) -> bool:
    """True if nothing is being read, and everything that was read can be found."""
    progress = room.library.progress()
    return progress.stage == "ready" and progress.condition.state == "whole"


def find_due(room: StaffContext, gap: Gap) -> Run | None:
    """Returns a run for the page that lists a wording of the gap, if it is due.

    Its questions are open, and were asked and last tried before somebody published or changed the page, in the staff
    room or in the folder. A file in the folder gets its log line once it has been read.
    None without such a page, and if the gap was opened again since then.
    """
    if not gap.open_questions:
        return None
    wordings, updated = frozenset(gap.wordings), room.index.last_update()
    for source, metadata in room.index.documents().items():
        if wordings.isdisjoint(metadata.also_asked):
            continue
        published = next(iter(room.audit.entries((*PUBLISHED, BY_HAND_ACTION), source, 1)), None)
        if published is None or updated is None or (published.action in PUBLISHED and updated < published.at):
            continue
        reopened = next(iter(room.audit.entries(("gap.reopened",), gap.handle, 1)), None)
        times = [(each, each.note.at if each.note else each.exchange.asked_at) for each in gap.open_questions]
        questions = [each for each, at in times if max(at, each.exchange.asked_at) < published.at]
        if questions and not (reopened and reopened.at > published.at):
            return Run(published.who, published.account, questions, source, is_by_page=True)
    return None
