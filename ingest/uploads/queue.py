"""Upload queue: one file at a time is read, checked, and published or held.

A file that must wait is held (see `staging`) before anything else; only `decide` and `discard` end that.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ingest.sync.read_file import read_revision
from ingest.uploads import conflicts, publish
from ingest.uploads.conflicts import Conflict
from ingest.uploads.file_names import UploadRefusedError, check_file_name, check_folder_name, source_of
from ingest.uploads.hand_in import describe_change, log_hand_in, may_need_approval
from ingest.uploads.kept_fields import with_kept
from ingest.uploads.publish_problems import ConflictChangedError, DecisionNotNotedError, trouble_of
from ingest.uploads.registry import Asks, Decision, Note, Register, State, Upload, UploadNotFoundError, never
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import NotInTrashError, Trash, TrashEntry
from settings import Settings
from store.documents import Metadata, UnreadableFileError
from store.folder import documents
from store.index import Index

log = logging.getLogger(__name__)


class UploadQueue(Register):
    """All uploads. One file is read at a time, so that questions keep the processor.

    `approval` says whether every file waits for a decision, also one without a conflict.
    `trash.changing` is locked while the folder changes, `knowing` only while this state does.
    """

    def __init__(self, settings: Settings, index: Index, trash: Trash, note: Note, approval: Asks = never) -> None:
        self.settings, self.note, self.needs_approval = settings, note, approval
        super().__init__(Staging(settings.data_dir, settings.file_megabytes << 20), index, trash)
        self.pool = ThreadPoolExecutor(1, "incoming")
        for staged in self.staging.read_all():
            self.take(staged)

    def check(self, name: str, folder: str, size: int, replaces: str = "") -> tuple[str, str]:
        """Returns name and folder for an upload of `size` bytes, as they are stored.

        Raises UploadRefusedError if name, folder or size is not allowed, or the document that it `replaces` is gone.
        """
        if replaces and replaces not in documents(self.settings.knowledge_dir):
            raise UploadRefusedError("replaced_gone", name=replaces)
        checked = check_file_name(name), check_folder_name(folder, self.settings.knowledge_dir)
        self.staging.check_size(size)
        return checked

    def receive(
        self, name: str, folder: str, who: str, size: int, chosen: Conflict | None = None
    ) -> AbstractContextManager[tuple[Staged, Path]]:
        """New upload and its path; held if its name is taken or a document was `chosen`."""
        meets = partial(conflicts.first_conflict, name, folder, self.settings.knowledge_dir, chosen)
        return self.staging.receive(name, folder, who, size, meets)

    def take(self, staged: Staged, instead: str = "") -> str:
        """Queues a file that was received completely; returns the id of its upload.

        That is the waiting upload `instead` of the same person, if there is one.
        """
        with self.changing:  # what was approved must not become another file meanwhile
            fresh = self.exchange(self.staging.with_conflict(staged), instead)
            self.begin(Upload(fresh, self.staging.is_free(fresh)))
        return fresh.id

    def begin(self, upload: Upload) -> None:
        """Registers an upload, and queues it to be read."""
        self.keep(upload)
        self.pool.submit(self.work, upload.id)

    def work(self, upload_id: str) -> None:
        """Reads a file and publishes it without conflict; errors stop this file only."""
        try:
            upload = self.find(upload_id)
            if upload.state != "waiting":
                return  # queued twice
            self.keep(replace(upload, state="reading", since=datetime.now(UTC)))
            self.publish_or_hold(self.read_file(upload))
        except UploadNotFoundError:
            return  # discarded meanwhile
        except UnreadableFileError as error:
            self.stop(upload_id, "unreadable", unreadable=error)
        except Exception:
            log.exception("%s could not be taken in", upload_id)
            self.stop(upload_id, "stuck", trouble="unforeseen")

    def stop(self, upload_id: str, state: State, **why: Any) -> None:
        """Records why a file was not added; a restart does not add it either."""
        with suppress(UploadNotFoundError), self.knowing:
            self.keep(replace(self.hold(self.find(upload_id)), state=state, **why))

    def read_file(self, upload: Upload) -> Upload:
        """Reads a file, unless it is free and its content is in the folder already.

        Raises UnreadableFileError if it cannot be read.
        """
        path = self.staging.path(upload.staged)
        if upload.is_free and (same := conflicts.twin(path, self.settings.knowledge_dir)):
            return replace(upload, state="same", source=same)
        revision = read_revision(path, source_of(upload.staged.folder, upload.staged.name), self.settings)
        return replace(upload, document=revision.document, problems=revision.problems)

    def publish_or_hold(self, upload: Upload) -> None:
        """Publishes a file, or holds it: for approval, a conflict, or if held before."""
        with self.changing:
            latest = self.find(upload.id)  # it may have been discarded or held during the read
            upload = replace(upload, staged=latest.staged, is_free=latest.is_free)
            if upload.state == "same" or upload.document is None:
                self.staging.discard(upload.id)
                return self.keep(upload)
            met = self.meets(upload)
            if met or not upload.is_free or self.needs_check(upload) or may_need_approval(self.needs_approval):
                self.wait(upload, met)
                return self.note_hand_in(upload.id)
            return self.try_to_publish(upload, "keep_both", upload.staged.who)

    def note_hand_in(self, upload_id: str) -> None:
        """Logs a file that waits for an approval, once; later if the log is away now."""
        with suppress(DecisionNotNotedError):
            if self.needs_approval():
                log_hand_in(self, self.find(upload_id), self.note)

    def needs_check(self, upload: Upload) -> bool:
        """True for a scan, if the settings want its pages compared with their pictures."""
        return self.settings.check_scans == "on" and bool(upload.scanned_pages)

    def meets(self, upload: Upload) -> Conflict | None:
        """Returns the conflict of a file with the folder as it is now.

        None if there is none.
        """
        staged, knowledge = upload.staged, self.settings.knowledge_dir
        metadata = upload.document.metadata if upload.document else Metadata()
        chosen = conflicts.still_chosen(staged.met, knowledge)
        met = chosen or conflicts.find_conflict(staged.name, staged.folder, metadata, knowledge, self.list_metadata())
        met = met or conflicts.same_content(self.staging.path(staged), knowledge)
        return met or conflicts.other_validity(metadata, self.list_metadata(), date.today())

    def wait(self, upload: Upload, met: Conflict | None) -> None:
        """Holds a file and says so in its row, with `met` or an earlier conflict."""
        held = self.hold(upload, met)
        self.keep(replace(held, is_free=False, state="clash", conflict=met or held.staged.met, trouble=""))

    def look_again(self, upload_id: str) -> Upload:
        """Returns an upload; a waiting one with its current conflict.

        Raises UploadNotFoundError if there is no such upload.
        """
        with self.changing:
            upload = self.find(upload_id)
            if upload.state == "clash" and (met := self.meets(upload)) and met != upload.conflict:
                self.wait(upload, met)
            self.note_hand_in(upload_id)
            return self.find(upload_id)

    def decide(self, upload_id: str, decision: Decision, who: str, met: str | None = None) -> Upload:
        """Publishes a file as a person decided.

        `met`: source of the conflict that the person saw, "" for none; None if unknown.
        Raises UploadNotFoundError if the file is not held or was not read.
        Raises ConflictChangedError if it conflicts with another document now, or changes an earlier version of it.
        """
        with self.changing:
            upload = self.find(upload_id)
            if upload.state not in ("clash", "stuck") or upload.document is None:
                raise UploadNotFoundError(upload_id)
            if met is not None and met != (upload.conflict.source if upload.conflict else ""):
                raise ConflictChangedError(upload_id)
            if decision == "replace" and self.is_outdated(upload):
                raise ConflictChangedError(upload_id)
            self.note_hand_in(upload_id)
            self.try_to_publish(self.find(upload_id), decision, who)
            return self.find(upload_id)

    def again(self, upload_id: str) -> None:
        """Retries a stuck file.

        Raises UploadNotFoundError if it is not stuck.
        """
        with self.knowing:
            upload = self.find(upload_id)
            if upload.state != "stuck":
                raise UploadNotFoundError(upload_id)
            self.begin(Upload(upload.staged, upload.is_free))

    def try_to_publish(self, upload: Upload, decision: Decision, who: str) -> None:
        """Publishes a file; a problem is kept for a retry."""
        try:
            self.staging.hold(upload.staged)  # after a kill it must not be published a second time
            self.keep(done := replace(self.put_into_folder(upload, decision, who), since=datetime.now(UTC)))
            self.staging.discard(upload.id)
            self.hold_others(done)
        except NotInTrashError as error:
            self.keep(replace(upload, state="clash", trouble=trouble_of(error)))
        except (OSError, DecisionNotNotedError, UploadRefusedError, UnreadableFileError) as error:
            log.warning("%s was not put into the folder: %s", upload.staged.name, error)
            self.keep(replace(upload, state="stuck", trouble=trouble_of(error)))

    def put_into_folder(self, upload: Upload, decision: Decision, who: str) -> Upload:
        """Writes the audit entry, then publishes the file.

        Raises NotInTrashError if the document to replace is gone, and the errors of `note` and of `publish`.
        """
        path, staged, old, new = self.staging.path(upload.staged), upload.staged, upload.conflict, upload.document
        author = {"author": staged.who} if staged.who not in ("", who) else {}
        if decision == "replace":
            if old is None or new is None:
                raise NotInTrashError(upload.id)
            publish.check_replaceable(old.source, self.trash)
            source = publish.source_of_version(staged.name, old.source, self.settings.knowledge_dir)
            details = author | describe_change(self, upload, old)
            self.note(who, "document.rewritten" if old.base else "document.replaced", source, details)
            incoming = publish.Incoming(path, new.metadata, is_edit=bool(old.base))
            done = publish.replace(incoming, old.source, who, self.trash, self.document)
            here = replace(upload, state="landed", source=done.source, document=with_kept(new, done.kept))
            return replace(here, removed=done.removed.id, trouble="" if done.is_whole else "both_there")
        source, beside = publish.source_for(staged.name, staged.folder, self.trash), self.is_met(upload)
        details = author | ({"beside": old.source} if old and beside else {})
        self.note(who, "document.kept_both" if beside else "document.added", source, details)
        publish.put(path, self.settings.knowledge_dir / source)
        return replace(upload, state="landed", source=source, trouble="")

    def put_back(self, removed_id: str, who: str) -> tuple[TrashEntry, publish.Replacement | None]:
        """Restores a replaced document; see `publish.put_back`."""
        with self.changing:
            old = self.trash.find(removed_id)
            self.note(who, "document.version_back", old.source, {"instead_of": old.by})
            result = publish.put_back(removed_id, who, self.trash, self.document)
            with self.knowing:
                for each in [each for each in self.uploads.values() if each.removed == removed_id]:
                    del self.uploads[each.id]
            return result
