"""Documents that closed a gap and are gone, without another one in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ingest.uploads.trash import TrashEntry
from records import Audit, GapState, Unanswered
from web.staff.context import StaffContext
from web.staff.documents.overview import GONE_ACTION
from web.staff.folder_state import files_of


@dataclass(frozen=True)
class Whereabouts:
    """Places of documents that are not in the index.

    `present`: sources in the index or in the folder. `taken`: the last trash entry of each source.
    `is_complete`: the folder and the index have documents, so that one they lack is missing and not just unread.
    """

    present: Collection[str]
    taken: Mapping[str, TrashEntry]
    audit: Audit
    is_complete: bool

    def is_gone(self, source: str) -> bool:
        """True if a document and whatever came into its place are removed or missing."""
        passed = set[str]()
        while source not in self.present:
            taken, moved = self.taken.get(source), self.audit.entries((GONE_ACTION,), source, 1)
            is_moved = bool(moved) and (taken is None or moved[0].at > taken.at)
            if taken and taken.why == "removed" and not is_moved:
                return True
            successor = moved[0].details.get("now_at", "") if is_moved else taken.by if taken else ""
            if not successor or successor in passed:
                return self.is_complete
            passed.add(source)
            source = successor
        return False


def find_gone(room: StaffContext, sources: Collection[str]) -> set[str]:
    """Returns the sources whose documents are gone.

    Raises RecordsUnavailableError if the audit log cannot be read.
    """
    known = room.index.documents().keys()
    absent = set(sources) - known
    if not absent:
        return set()
    files = files_of(room).keys()
    taken = {each.source: each for each in reversed(room.trash.read_all())}
    whereabouts = Whereabouts(known | files, taken, room.audit, bool(known and files))
    return {source for source in absent if whereabouts.is_gone(source)}


def reopen_gone(room: StaffContext, questions: Iterable[Unanswered]) -> list[Unanswered]:
    """Returns questions, those that a document closed as open if it is gone.

    Raises RecordsUnavailableError if the audit log cannot be read.
    """
    closing = [(each, closing_source(each)) for each in questions]
    gone = find_gone(room, {source for _, source in closing if source})
    return [replace(each, is_source_gone=True) if source in gone else each for each, source in closing]


def closing_source(question: Unanswered) -> str:
    """Returns the document that closed a question; "" if none has."""
    note = question.note
    return note.source if note and note.state is GapState.CLOSED else ""
