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
from ingest.uploads.file_names import UploadRefusedError, as_compared, checked_folder, checked_name, source_of
from ingest.uploads.kept_fields import with_kept
from ingest.uploads.progress import is_read
from ingest.uploads.publish_problems import ConflictChangedError, DecisionNotNotedError, trouble_of
from ingest.uploads.registry import Asks, Decision, Note, Register, State, Upload, never
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import NotInTrashError, Trash, TrashEntry
from settings import Settings
from store.documents import Document, Metadata, UnreadableFileError
from store.folder import documents
from store.index import Index

log = logging.getLogger(__name__)


class UploadQueue(Register):
    """All uploads. One file is read at a time, so that questions keep the processor.

    `approval` says whether every file waits for a decision, also one without a conflict.
    `trash.changing` is locked while the folder changes, `knowing` only while this state does.
    """

    def __init__(self, settings: Settings, index: Index, trash: Trash, note: Note, approval: Asks = never) -> None:
        self.settings, self.index, self.trash, self.note = settings, index, trash, note
        self.needs_approval = approval
        super().__init__(Staging(settings.data_dir, settings.file_megabytes << 20))
        self.changing = trash.changing
        self.pool = ThreadPoolExecutor(1, "incoming")
        for staged in self.staging.all():
            self.take(staged)

    def check(self, name: str, folder: str, size: int, replaces: str = "") -> tuple[str, str]:
        """Name and folder for an upload of `size` bytes. Raises UploadRefusedError."""
        if replaces and replaces not in documents(self.settings.knowledge_dir):
            raise UploadRefusedError("replaced_gone", name=replaces)
        checked = checked_name(name), checked_folder(folder, self.settings.knowledge_dir)
        self.staging.check_size(size)
        return checked

    def received(
        self, name: str, folder: str, who: str, size: int, replaces: str = ""
    ) -> AbstractContextManager[tuple[Staged, Path]]:
        """New upload and its path to write; it waits from the start if its name is taken, or if it `replaces` one."""
        meets = partial(conflicts.first_conflict, name, folder, self.settings.knowledge_dir, replaces)
        return self.staging.received(name, folder, who, size, meets)

    def take(self, staged: Staged) -> None:
        """Queues a file that was received completely."""
        self.begin(Upload(self.staging.noted(staged), self.staging.is_free(staged)))

    def begin(self, arrival: Upload) -> None:
        self.keep(arrival)
        self.pool.submit(self.work, arrival.id)

    def work(self, arrival_id: str) -> None:
        """Reads a file and publishes it without conflict; errors stop this file only."""
        try:
            arrival = self.find(arrival_id)
            if arrival.state != "waiting":
                return  # queued twice
            self.keep(replace(arrival, state="reading", since=datetime.now(UTC)))
            self.publish_or_hold(self.opened(arrival))
        except NotInTrashError:
            return  # discarded meanwhile
        except UnreadableFileError as error:
            self.stop(arrival_id, "unreadable", unreadable=error)
        except Exception:
            log.exception("%s could not be taken in", arrival_id)
            self.stop(arrival_id, "stuck", trouble="unforeseen")

    def stop(self, arrival_id: str, state: State, **why: Any) -> None:
        """Records why a file was not added; a restart does not add it either."""
        with suppress(NotInTrashError), self.knowing:
            self.keep(replace(self.hold(self.find(arrival_id)), state=state, **why))

    def hold(self, arrival: Upload, met: Conflict | None = None) -> Upload:
        """Makes a file wait for a person's decision, also after a restart."""
        try:
            return replace(arrival, staged=self.staging.hold(arrival.staged, met))
        except OSError:
            log.exception("%s could not be held", arrival.staged.name)
            return arrival

    def opened(self, arrival: Upload) -> Upload:
        """Reads the file, unless it is free and already in the folder. Raises UnreadableFileError."""
        path = self.staging.path(arrival.staged)
        if arrival.is_free and (same := conflicts.twin(path, self.settings.knowledge_dir)):
            return replace(arrival, state="same", source=same)
        source = source_of(arrival.staged.folder, arrival.staged.name)
        return replace(arrival, document=read_revision(path, source, self.settings).document)

    def publish_or_hold(self, arrival: Upload) -> None:
        """Publishes a file, or holds it if it conflicts or was held before."""
        with self.changing:
            latest = self.find(arrival.id)  # it may have been discarded or held during the read
            arrival = replace(arrival, staged=latest.staged, is_free=latest.is_free)
            if arrival.state == "same" or arrival.document is None:
                self.staging.discard(arrival.id)
                return self.keep(arrival)
            met = self.meets(arrival)
            if met or not arrival.is_free or self.needs_approval():
                return self.wait(arrival, met)
            return self.try_to_publish(arrival, "keep_both", arrival.staged.who)

    def meets(self, arrival: Upload) -> Conflict | None:
        """Conflict of a file that was read with the folder as it is now."""
        staged, knowledge = arrival.staged, self.settings.knowledge_dir
        metadata = arrival.document.metadata if arrival.document else Metadata()
        chosen = conflicts.still_chosen(staged.met, knowledge)
        met = chosen or conflicts.find_conflict(staged.name, staged.folder, metadata, knowledge, self.known())
        met = met or conflicts.same_content(self.staging.path(staged), knowledge)
        return met or conflicts.other_validity(metadata, self.known(), date.today())

    def wait(self, arrival: Upload, met: Conflict | None) -> None:
        """Holds a file for a decision, because of `met` or an earlier conflict."""
        held = self.hold(arrival, met)
        self.keep(replace(held, is_free=False, state="clash", clash=met or held.staged.met, trouble=""))

    def look_again(self, arrival_id: str) -> Upload:
        """An upload; if it waits for a decision, with its current conflict. Raises NotInTrashError."""
        with self.changing:
            arrival = self.find(arrival_id)
            if arrival.state == "clash" and (met := self.meets(arrival)) and met != arrival.clash:
                self.wait(arrival, met)
            return self.find(arrival_id)

    def is_met(self, arrival: Upload) -> bool:
        """True if the conflicting document is still in the folder."""
        return arrival.clash is not None and (self.trash.knowledge_dir / arrival.clash.source).is_file()

    def decide(self, arrival_id: str, decision: Decision, who: str, met: str | None = None) -> Upload:
        """Publishes a file as a person decided. Raises NotInTrashError if it is no longer held.

        `met`: source of the conflict that the person saw; None if unknown.
        Raises ConflictChangedError if it differs now.
        """
        with self.changing:
            arrival = self.find(arrival_id)
            if arrival.state not in ("clash", "stuck") or arrival.document is None:
                raise NotInTrashError(arrival_id)
            if met is not None and met != (arrival.clash.source if arrival.clash else ""):
                raise ConflictChangedError(arrival_id)
            self.try_to_publish(arrival, decision, who)
            return self.find(arrival_id)

    def again(self, arrival_id: str) -> None:
        """Retries a stuck file. Raises NotInTrashError."""
        with self.knowing:
            arrival = self.find(arrival_id)
            if arrival.state != "stuck":
                raise NotInTrashError(arrival_id)
            self.begin(Upload(arrival.staged, arrival.is_free))

    def try_to_publish(self, arrival: Upload, decision: Decision, who: str) -> None:
        """Publishes a file; a problem is kept for a retry."""
        try:
            self.staging.hold(arrival.staged)  # after a kill it must not be published a second time
            self.keep(done := self.put_into_folder(arrival, decision, who))
            self.staging.discard(arrival.id)
            self.hold_others(done)
        except NotInTrashError as error:
            self.keep(replace(arrival, state="clash", trouble=trouble_of(error)))
        except (OSError, DecisionNotNotedError, UploadRefusedError, UnreadableFileError) as error:
            log.warning("%s was not put into the folder: %s", arrival.staged.name, error)
            self.keep(replace(arrival, state="stuck", trouble=trouble_of(error)))

    def hold_others(self, published: Upload) -> None:
        """Holds other uploads with the name of a file that was just published."""
        met, taken = Conflict("name", published.source), as_compared(published.source)
        with self.knowing:
            for each in list(self.arrivals.values()):
                is_open = each.is_free and each.state in ("waiting", "reading")
                if is_open and as_compared(source_of(each.staged.folder, each.staged.name)) == taken:
                    self.keep(replace(self.hold(each, met), is_free=False))

    def put_into_folder(self, arrival: Upload, decision: Decision, who: str) -> Upload:
        """Writes the audit entry, then puts the file where the decision wants it. Returns the published upload."""
        path, staged, old, new = self.staging.path(arrival.staged), arrival.staged, arrival.clash, arrival.document
        author = {"author": staged.who} if staged.who not in ("", who) else {}
        if decision == "replace":
            if old is None or new is None:
                raise NotInTrashError(arrival.id)
            publish.check_replaceable(old.source, self.trash)
            source = publish.source_of_version(staged.name, old.source, self.settings.knowledge_dir)
            self.note(who, "document.replaced", source, {"file": staged.name, "replaced": old.source} | author)
            done = publish.replace(publish.Incoming(path, new.metadata), old.source, who, self.trash, self.document)
            here = replace(arrival, state="landed", source=done.source, since=datetime.now(UTC))
            here = replace(here, document=with_kept(new, done.kept))
            return replace(here, removed=done.removed.id, trouble="" if done.is_whole else "both_there")
        source, beside = publish.source_for(staged.name, staged.folder, self.trash), self.is_met(arrival)
        details = author | ({"beside": old.source} if old and beside else {})
        self.note(who, "document.kept_both" if beside else "document.added", source, details)
        publish.put(path, self.settings.knowledge_dir / source)
        return replace(arrival, state="landed", source=source, trouble="", since=datetime.now(UTC))

    def discard(self, arrival_id: str) -> Upload:
        """Deletes an unpublished file, or the row of a published one. Raises NotInTrashError."""
        with self.changing, self.knowing:
            arrival = self.arrivals.pop(self.find(arrival_id).id)
            self.staging.discard(arrival_id)
            return arrival

    def put_back(self, removed_id: str, who: str) -> tuple[TrashEntry, publish.Replacement | None]:
        """Restores a replaced document; see `publish.put_back`."""
        with self.changing:
            old = self.trash.find(removed_id)
            self.note(who, "document.version_back", old.source, {"instead_of": old.by})
            result = publish.put_back(removed_id, who, self.trash, self.document)
            with self.knowing:
                for each in [each for each in self.arrivals.values() if each.removed == removed_id]:
                    del self.arrivals[each.id]
            return result

    def fresh(self) -> dict[str, Document]:
        """Published documents that the index may not have read yet, by source."""
        with self.knowing:
            published = {each.source: each.document for each in self.arrivals.values() if not each.settled}
        return {
            source: new for source, new in published.items() if new and (self.trash.knowledge_dir / source).is_file()
        }

    def known(self) -> dict[str, Metadata]:
        """Metadata of the documents in the folder, published ones included."""
        return {**self.index.documents(), **{source: new.metadata for source, new in self.fresh().items()}}

    def document(self, source: str) -> Document | None:
        """Document as it is in the folder; None if missing or changed since it was read."""
        if source in (fresh := self.fresh()):
            return fresh[source]
        stamp = self.index.stamps().get(source, "")
        return self.index.document(source) if is_read(self.trash.knowledge_dir / source, stamp) else None
