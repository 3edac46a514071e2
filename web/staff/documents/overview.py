"""Overview of the folder: each document with its validity, quality and problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from ingest.checks import Problem, check_documents, of_reading
from records import AuditEntry
from store import folder
from store.bases import BasesRead
from store.documents import Validity
from store.index import Entry, Failure
from web.staff.context import StaffContext
from web.staff.documents.quality import Grade, grade
from web.staff.folder_state import files_of

AT_THE_SAME_TIME = timedelta(minutes=1)
"""A file that changes within this time after an audit entry was changed by it."""
BY_HAND = "document."
"""Prefix of audit actions that change a document."""
BY_HAND_ACTION, SEEN_ACTION, GONE_ACTION = "document.by_hand", "document.seen", "document.gone_by_hand"
"""Audit actions: a file came outside the staff room, an approver has seen it, it went outside the staff room."""


@dataclass(frozen=True)
class Row:
    """A document in the list.

    - `changed_by`: empty if the file was changed directly in the folder.
    - `leaving`: the file is gone, and the next sync removes the document.
    - `unseen`: it came without the staff room, and no approver has looked at it.
    - `missing`: the file is gone, but the document stays until a clerk decides.
    """

    entry: Entry
    validity: Validity
    replaced_by: str
    grade: Grade
    problems: tuple[Problem, ...]
    changed: datetime | None
    changed_by: str = ""
    leaving: bool = False
    missing: bool = False
    unseen: bool = False

    @property
    def source(self) -> str:
        """Path of the document below the knowledge folder."""
        return self.entry.source

    @property
    def errors(self) -> int:
        """Number of its problems that are errors."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def needs_attention(self) -> bool:
        """True for a poor grade, an error, a reading problem, or a file that is gone."""
        troubles = self.errors > 0 or bool(self.entry.problems)
        return self.grade.step != "good" or troubles or self.leaving or self.missing


@dataclass
class Shelf:
    """Documents with their problems.

    Problems are cached until the index, the day or a list of bases has changed.
    """

    room: StaffContext
    found: tuple[tuple[str, date, BasesRead] | None, Mapping[str, tuple[Problem, ...]]] = field(default=(None, {}))
    checking: Lock = field(default_factory=Lock)

    def rows(self) -> list[Row]:
        """Returns all documents of the index.

        While the whole folder is gone, no single document counts as removed or missing.
        Raises RecordsUnavailableError if the audit log cannot be read.
        """
        files = files_of(self.room)
        is_away = not files
        validities = self.room.index.validities(date.today())
        problems = self.found[1] if is_away else self.problems()
        hands = self.room.audit.latest(BY_HAND)
        missing = {each.source for each in self.room.library.missing()}
        rows = []
        for entry in self.room.index.entries():
            source = entry.source
            path = files.get(source)
            seen = folder.last_change(path) if path else None
            changed, by = last_change(seen, hands.get(source))
            validity, replaced_by = validities.get(source, (Validity.UNKNOWN, ""))
            own = problems.get(source, ())
            is_missing = path is None and source in missing and not is_away
            leaving = path is None and not is_missing and not is_away
            unseen = is_unseen(hands.get(source))
            rows.append(Row(entry, validity, replaced_by, grade(entry), own, changed, by, leaving, is_missing, unseen))
        return rows

    def row(self, source: str) -> Row | None:
        """Returns the row of a document.

        None if the index does not have it.
        """
        return next((row for row in self.rows() if row.source == source), None)

    def failure(self, source: str) -> Failure | None:
        """Returns the failure of a file that could not be read.

        None if it was read, or is unknown.
        """
        return next((failure for failure in self.room.index.failures() if failure.source == source), None)

    def problems(self) -> Mapping[str, tuple[Problem, ...]]:
        """Returns the errors and warnings of documents by source, errors first."""
        index, today = self.room.index, date.today()
        bases = self.room.bases
        key = (index.generation, today, bases)
        with self.checking:
            known, found = self.found
            is_settled = self.room.library.progress().stage in ("ready", "failed")
            if known != key and (is_settled or not found):
                self.found = key, self.check(today, bases)
            return self.found[1]

    def check(self, today: date, bases: BasesRead) -> Mapping[str, tuple[Problem, ...]]:
        """Returns the reading problems and those of all checks, by source, errors first."""
        index, place = self.room.index, self.room.settings.knowledge_dir
        found: dict[str, list[Problem]] = defaultdict(list)
        for entry in index.entries():
            found[entry.source] += [of_reading(entry.source, text) for text in entry.problems]
        documents = [document for source in found if (document := index.document(source))]
        files = (path.relative_to(place).as_posix() for path in folder.walk(place))
        for problem in check_documents(documents, files, today, bases):
            found[problem.source].append(problem)
        return {source: tuple(sorted(own, key=lambda each: each.level)) for source, own in found.items()}


def is_unseen(entry: AuditEntry | None) -> bool:
    """True if the last entry on a document says that it came without the staff room."""
    return entry is not None and entry.action == BY_HAND_ACTION


def unseen_sources(room: StaffContext) -> set[str]:
    """Returns the public documents that no approver has looked at."""
    known = room.index.documents()
    return {source for source, entry in room.audit.latest(BY_HAND).items() if source in known and is_unseen(entry)}


def last_change(seen: float | None, entry: AuditEntry | None) -> tuple[datetime | None, str]:
    """Returns the time of the last change, and its author with the approver.

    No author for a change made directly in the folder.
    """
    if seen is None:
        return None, ""
    changed = datetime.fromtimestamp(seen, UTC)
    if entry is None or entry.action in (BY_HAND_ACTION, SEEN_ACTION) or changed > entry.at + AT_THE_SAME_TIME:
        return changed, ""
    return max(changed, entry.at), " · ".join(filter(None, (entry.details.get("author"), entry.who)))
