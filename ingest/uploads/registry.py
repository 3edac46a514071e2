"""Registry of uploads and their states, while people may want to see them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, Literal

from ingest.uploads.conflicts import Conflict
from ingest.uploads.file_names import as_compared, source_of
from ingest.uploads.progress import is_read
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import Trash
from store.documents import Document, Metadata, UnreadableFileError
from store.folder import content_hash
from store.index import Index
from text.messages import Message

log = logging.getLogger(__name__)

MOST_ROWS = 300
"""Number of finished uploads that are kept, the latest ones."""

Decision = Literal["replace", "keep_both"]
Asks = Callable[[], bool]
"""Says if files need an approval.

Raises DecisionNotNotedError if that cannot be known now.
"""
Note = Callable[[str, str, str, Mapping[str, str]], None]
"""Writes an audit entry: person, action, source, details.

Raises DecisionNotNotedError.
"""
State = Literal["waiting", "reading", "unreadable", "same", "clash", "stuck", "landed"]


def never() -> bool:
    """Returns False: for a queue without approval."""
    return False


class UploadNotFoundError(Exception):
    """There is no such upload, or it does not wait for this (any more)."""


@dataclass(frozen=True)
class Upload:
    """An upload and its state.

    `is_free`: it may be published without a decision.
    `problems`: what was noticed while it was read.
    `conflict`: the document it conflicts with; that document may have left the folder since.
    `source`: published document, or the document with identical content.
    `removed`: id of the replaced document in the trash.
    `trouble`: key of the problem, if it is stuck or was published with a problem.
    """

    staged: Staged
    is_free: bool = False
    state: State = "waiting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    document: Document | None = None
    problems: tuple[Message, ...] = ()
    unreadable: UnreadableFileError | None = None
    conflict: Conflict | None = None
    source: str = ""
    removed: str = ""
    trouble: str = ""
    settled: bool = False

    @property
    def id(self) -> str:
        """The id of the upload, which is the name of its folder in the staging area."""
        return self.staged.id

    @property
    def scanned_pages(self) -> list[int]:
        """Numbers of the pages that OCR has read, also of those corrected since."""
        pages = self.document.pages if self.document else ()
        return [each.number for each in pages if each.method in ("ocr", "corrected")]

    @property
    def is_done(self) -> bool:
        """True if nothing is left to decide: it is in the folder."""
        return self.state in ("landed", "same")


class Register:
    """All uploads by id, and the documents that they changed.

    Thread-safe: `knowing` is locked while the state changes, `changing` while the folder does.
    """

    def __init__(self, staging: Staging, index: Index, trash: Trash) -> None:
        self.staging, self.index, self.trash = staging, index, trash
        self.uploads: dict[str, Upload] = {}
        self.changing, self.knowing = trash.changing, RLock()

    def read_all(self) -> list[Upload]:
        """All uploads, latest first."""
        with self.knowing:  # lists the disk inside the lock, or an upload taken in meanwhile would count as gone
            lying = {staged.id for staged in self.staging.read_all()}
            for each in list(self.uploads.values()):
                if not each.is_done and each.id not in lying:
                    del self.uploads[each.id]
            return sorted(self.uploads.values(), key=lambda each: each.id, reverse=True)

    def find(self, upload_id: str) -> Upload:
        """Returns an upload.

        Raises UploadNotFoundError if there is none with this id.
        """
        with self.knowing:
            if upload_id not in self.uploads:
                raise UploadNotFoundError(upload_id)
            return self.uploads[upload_id]

    def keep(self, upload: Upload) -> None:
        """Stores an upload, and forgets finished ones beyond the latest MOST_ROWS."""
        with self.knowing:
            self.uploads[upload.id] = upload
            if upload.state not in ("waiting", "reading"):  # one that is read again after a start goes on waiting
                self.staging.mark_waiting(upload.staged, upload.state == "clash")
            done = [each.id for each in self.uploads.values() if each.is_done]
            for old in done[:-MOST_ROWS]:
                del self.uploads[old]

    def give_back(self, upload_id: str, reason: str, who: str) -> None:
        """Returns a waiting file to its author; an empty reason asks for approval again.

        It stays so after a restart.
        Raises UploadNotFoundError if it does not wait, and OSError if the note cannot be written.
        """
        self.change_note(upload_id, returned=reason, returned_by=who)

    def find_own(self, who: str, upload_id: str) -> Upload | None:
        """Returns an upload that its author may change: it waits or was given back.

        None if it is gone, decided, or another person's.
        """
        with self.knowing:
            found = self.uploads.get(upload_id)
            return found if found and found.state == "clash" and found.staged.who == who else None

    def find_changes_of(self, source: str) -> list[Upload]:
        """Returns the waiting uploads that change or replace a document, latest first."""
        ended = ("unreadable", "same", "landed")
        waiting = ((each, each.conflict or each.staged.met) for each in self.read_all() if each.state not in ended)
        return [each for each, met in waiting if met and met.source == source]

    def exchange(self, fresh: Staged, instead: str) -> Staged:
        """A received file, in place of its author's waiting upload `instead` if any."""
        with self.knowing:
            earlier = self.find_own(fresh.who, instead)
            return self.staging.exchange(earlier.staged, fresh) if earlier else fresh

    def hand_over(self, upload_id: str, who: str) -> None:
        """Makes somebody else the author of a waiting file.

        Raises UploadNotFoundError if it does not wait, and OSError if the note cannot be written.
        """
        self.change_note(upload_id, who=who)

    def change_note(self, upload_id: str, **values: Any) -> None:
        """Changes the note of a waiting file.

        Raises UploadNotFoundError if it does not wait, and OSError if the note cannot be written.
        """
        with self.knowing:
            upload = self.find(upload_id)
            if upload.state != "clash":
                raise UploadNotFoundError(upload_id)
            staged = replace(upload.staged, **values)
            self.staging.write(staged)
            self.keep(replace(upload, staged=staged))

    def hold(self, upload: Upload, met: Conflict | None = None) -> Upload:
        """Keeps a file in staging for a person's decision, also after a restart."""
        try:
            return replace(upload, staged=self.staging.hold(upload.staged, met))
        except OSError:
            log.exception("%s could not be held", upload.staged.name)
            return upload

    def hold_others(self, published: Upload) -> None:
        """Holds other uploads with the name of a file that was just published."""
        met, taken = Conflict("name", published.source), as_compared(published.source)
        with self.knowing:
            for each in list(self.uploads.values()):
                is_open = each.is_free and each.state in ("waiting", "reading")
                if is_open and as_compared(source_of(each.staged.folder, each.staged.name)) == taken:
                    self.keep(replace(self.hold(each, met), is_free=False))

    def is_met(self, upload: Upload) -> bool:
        """True if the conflicting document is still in the folder."""
        return upload.conflict is not None and (self.trash.knowledge_dir / upload.conflict.source).is_file()

    def is_outdated(self, upload: Upload) -> bool:
        """True for a change of a document that has changed since, or is gone."""
        if upload.conflict is None or not upload.conflict.base:
            return False
        return content_hash(self.trash.knowledge_dir / upload.conflict.source) != upload.conflict.base

    def settle(self, upload: Upload) -> None:
        """Records that a document is searchable, so that its state is no longer polled."""
        with self.knowing:
            if upload.id in self.uploads:
                self.keep(replace(self.uploads[upload.id], settled=True))

    def discard(self, upload_id: str) -> Upload:
        """Deletes an unpublished file or a finished row.

        Raises UploadNotFoundError if there is no such upload.
        """
        with self.changing, self.knowing:
            upload = self.uploads.pop(self.find(upload_id).id)
            self.staging.discard(upload_id)
            return upload

    def fresh(self) -> dict[str, Document]:
        """Published documents that the index has not read yet, by source."""
        with self.knowing:
            published = {each.source: each.document for each in self.uploads.values() if not each.settled}
        there = {source: self.trash.knowledge_dir / source for source, new in published.items() if new}
        read = self.index.fingerprints() if there else {}
        left = [each for each, path in there.items() if path.is_file() and not is_read(path, read.get(each, ""))]
        return {source: new for source in left if (new := published[source])}

    def list_metadata(self) -> dict[str, Metadata]:
        """Metadata of the documents in the folder, published ones included."""
        return {**self.index.documents(), **{source: new.metadata for source, new in self.fresh().items()}}

    def document(self, source: str) -> Document | None:
        """Returns a document as it is in the folder.

        None if it is missing or has changed since it was read.
        """
        if source in (fresh := self.fresh()):
            return fresh[source]
        fingerprint = self.index.fingerprints().get(source, "")
        return self.index.document(source) if is_read(self.trash.knowledge_dir / source, fingerprint) else None
