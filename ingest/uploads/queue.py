"""The files that come in, one after the other: read, judged, put into the folder or kept until somebody decides.

What has to wait is held (see `staging`) before anything else is done, and only `decide` and `discard` end that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from ingest.sync.read_file import read
from ingest.uploads import publish
from ingest.uploads.conflicts import Clash, Outlook, clash, outlook, same_content, same_name, twin
from ingest.uploads.file_names import Refused, as_compared, checked_folder, checked_name, source_of
from ingest.uploads.progress import is_read
from ingest.uploads.publish_problems import NotNoted, trouble_of
from ingest.uploads.registry import Arrival, Register, State
from ingest.uploads.staging import Staged, Staging
from ingest.uploads.trash import Bin, Gone, Removed
from settings import Settings
from store.documents import Document, Metadata, Unreadable
from store.index import Index

Decision = Literal["replace", "keep_both"]
Note = Callable[[str, str, str, Mapping[str, str]], None]
"""Leaves an audit entry: who, what, to which source, details. Raises NotNoted."""

log = logging.getLogger(__name__)


class MetAnother(Exception):
    """The file meets another document by now than the one that whoever decides has seen."""


class Arrivals(Register):
    """All of them. One file is read at a time, so that questions keep the processor.

    `bin.changing` is held while the folder changes, `knowing` only while what is known here does.
    """

    def __init__(self, settings: Settings, index: Index, bin: Bin, note: Note) -> None:
        self.settings, self.index, self.bin, self.note = settings, index, bin, note
        super().__init__(Staging(settings.data_dir, settings.file_megabytes << 20))
        self.changing = bin.changing
        self.pool = ThreadPoolExecutor(1, "incoming")
        for staged in self.staging.all():
            self.take(staged)

    def check(self, name: str, folder: str, size: int) -> tuple[str, str]:
        """The name and the folder under which a file of `size` bytes would be taken in. Raises Refused."""
        checked = checked_name(name), checked_folder(folder, self.settings.knowledge_dir)
        self.staging.check_size(size)
        return checked

    def received(self, name: str, folder: str, who: str, size: int) -> AbstractContextManager[tuple[Staged, Path]]:
        """A new file and where to write it; one whose name is taken waits from the first moment on."""
        meets = partial(same_name, name, folder, self.settings.knowledge_dir)
        return self.staging.received(name, folder, who, size, meets)

    def take(self, staged: Staged) -> None:
        """Takes in a file that was received whole."""
        self.begin(Arrival(staged, self.staging.is_free(staged)))

    def begin(self, arrival: Arrival) -> None:
        self.keep(arrival)
        self.pool.submit(self.work, arrival.id)

    def work(self, arrival_id: str) -> None:
        """Reads a file and puts it into the folder, if nothing speaks against it. What nobody foresaw stops this file
        alone."""
        try:
            arrival = self.find(arrival_id)
            if arrival.state != "waiting":
                return  # asked for twice
            self.keep(replace(arrival, state="reading", since=datetime.now(UTC)))
            self.judge(self.opened(arrival))
        except Gone:
            return  # discarded meanwhile
        except Unreadable as error:
            self.stop(arrival_id, "unreadable", unreadable=error)
        except Exception:
            log.exception("%s could not be taken in", arrival_id)
            self.stop(arrival_id, "stuck", trouble="unforeseen")

    def stop(self, arrival_id: str, state: State, **why: Any) -> None:
        """Says that a file was not added and why; then it is not added by itself after a start anew, either."""
        with suppress(Gone), self.knowing:
            self.keep(replace(self.hold(self.find(arrival_id)), state=state, **why))

    def hold(self, arrival: Arrival, met: Clash | None = None) -> Arrival:
        """Keeps a file from being put into the folder after a start anew unless somebody decides so."""
        try:
            return replace(arrival, staged=self.staging.hold(arrival.staged, met))
        except OSError:
            log.exception("%s could not be held", arrival.staged.name)
            return arrival

    def opened(self, arrival: Arrival) -> Arrival:
        """The file, read; unless it is free and the very same one is in the folder. Raises Unreadable."""
        path = self.staging.path(arrival.staged)
        if arrival.is_free and (same := twin(path, self.settings.knowledge_dir)):
            return replace(arrival, state="same", source=same)
        source = source_of(arrival.staged.folder, arrival.staged.name)
        return replace(arrival, document=read(path, source, self.settings).document)

    def judge(self, arrival: Arrival) -> None:
        """Puts a file into the folder, or keeps it where it may replace another document or was held before."""
        with self.changing:
            latest = self.find(arrival.id)  # it may have been discarded or held while it was read
            arrival = replace(arrival, staged=latest.staged, is_free=latest.is_free)
            if arrival.state == "same" or arrival.document is None:
                self.staging.discard(arrival.id)
                return self.keep(arrival)
            met = self.meets(arrival)
            if met or not arrival.is_free:
                return self.wait(arrival, met)
            return self.land(arrival, "keep_both", arrival.staged.who)

    def meets(self, arrival: Arrival) -> Clash | None:
        """What a file that was read meets in the folder now."""
        staged, knowledge = arrival.staged, self.settings.knowledge_dir
        metadata = arrival.document.metadata if arrival.document else Metadata()
        met = clash(staged.name, staged.folder, metadata, knowledge, self.known())
        return met or same_content(self.staging.path(staged), knowledge)

    def wait(self, arrival: Arrival, met: Clash | None) -> None:
        """Keeps a file for a decision: for the sake of `met`, or of what it met before."""
        held = self.hold(arrival, met)
        self.keep(replace(held, is_free=False, state="clash", clash=met or held.staged.met, trouble=""))

    def look_again(self, arrival_id: str) -> Arrival:
        """A file; if it waits for a decision, with what it meets by now. Raises Gone."""
        with self.changing:
            arrival = self.find(arrival_id)
            if arrival.state == "clash" and (met := self.meets(arrival)) and met != arrival.clash:
                self.wait(arrival, met)
            return self.find(arrival_id)

    def is_met(self, arrival: Arrival) -> bool:
        """Whether the document that a file met is in the folder."""
        return arrival.clash is not None and (self.bin.knowledge_dir / arrival.clash.source).is_file()

    def decide(self, arrival_id: str, decision: Decision, who: str, met: str | None = None) -> Arrival:
        """Puts a file into the folder as somebody decided; `met` is the source of the document that they saw it meets,
        None where that is not told. Raises Gone where the file is not kept any more, and MetAnother."""
        with self.changing:
            arrival = self.find(arrival_id)
            if arrival.state not in ("clash", "stuck") or arrival.document is None:
                raise Gone(arrival_id)
            if met is not None and met != (arrival.clash.source if arrival.clash else ""):
                raise MetAnother(arrival_id)
            self.land(arrival, decision, who)
            return self.find(arrival_id)

    def again(self, arrival_id: str) -> None:
        """Tries anew what was stuck. Raises Gone."""
        with self.knowing:
            arrival = self.find(arrival_id)
            if arrival.state != "stuck":
                raise Gone(arrival_id)
            self.begin(Arrival(arrival.staged, arrival.is_free))

    def land(self, arrival: Arrival, decision: Decision, who: str) -> None:
        """Notes it, then does it. What stands in the way is kept with the file, for another try or decision."""
        try:
            self.staging.hold(arrival.staged)  # killed before the end, it is not put into the folder another time
            self.keep(done := self.landed(arrival, decision, who))
            self.staging.discard(arrival.id)
            self.hold_others(done)
        except Gone as error:
            self.keep(replace(arrival, state="clash", trouble=trouble_of(error)))
        except (OSError, NotNoted, Refused, Unreadable) as error:
            log.warning("%s was not put into the folder: %s", arrival.staged.name, error)
            self.keep(replace(arrival, state="stuck", trouble=trouble_of(error)))

    def hold_others(self, landed: Arrival) -> None:
        """Makes the files wait that were sent under the name of one that has landed: they meet it from now on."""
        met, taken = Clash("name", landed.source), as_compared(landed.source)
        with self.knowing:
            for each in list(self.arrivals.values()):
                is_open = each.is_free and each.state in ("waiting", "reading")
                if is_open and as_compared(source_of(each.staged.folder, each.staged.name)) == taken:
                    self.keep(replace(self.hold(each, met), is_free=False))

    def landed(self, arrival: Arrival, decision: Decision, who: str) -> Arrival:
        path, staged, old = self.staging.path(arrival.staged), arrival.staged, arrival.clash
        if decision == "replace":
            if old is None:
                raise Gone(arrival.id)
            publish.check(old.source, self.bin)
            source = publish.place_of(staged.name, old.source, self.settings.knowledge_dir)
            self.note(who, "document.replaced", source, {"file": staged.name, "replaced": old.source})
            done = publish.replace(path, old.source, who, self.bin, self.document)
            here = replace(arrival, state="landed", source=done.source, since=datetime.now(UTC))
            return replace(here, removed=done.removed.id, trouble="" if done.is_whole else "both_there")
        source, beside = publish.source_for(staged.name, staged.folder, self.bin), self.is_met(arrival)
        details = {"beside": old.source} if old and beside else {}
        self.note(who, "document.kept_both" if beside else "document.added", source, details)
        publish.put(path, self.settings.knowledge_dir / source)
        return replace(arrival, state="landed", source=source, trouble="", since=datetime.now(UTC))

    def discard(self, arrival_id: str) -> Arrival:
        """Drops a file that was not put into the folder, or the row of one that was. Raises Gone."""
        with self.changing, self.knowing:
            arrival = self.find(arrival_id)
            del self.arrivals[arrival_id]
            self.staging.discard(arrival_id)
            return arrival

    def put_back(self, removed_id: str, who: str) -> tuple[Removed, publish.Replacement | None]:
        """Puts a replaced document back, see `landing.put_back`."""
        with self.changing:
            old = self.bin.find(removed_id)
            self.note(who, "document.version_back", old.source, {"instead_of": old.by})
            result = publish.put_back(removed_id, who, self.bin, self.document)
            with self.knowing:
                for each in [each for each in self.arrivals.values() if each.removed == removed_id]:
                    del self.arrivals[each.id]
            return result

    def fresh(self) -> dict[str, Document]:
        """The documents that were put into the folder and may not have been read there yet, by source."""
        with self.knowing:
            landed = {each.source: each.document for each in self.arrivals.values() if not each.settled}
        return {source: new for source, new in landed.items() if new and (self.bin.knowledge_dir / source).is_file()}

    def known(self) -> dict[str, Metadata]:
        """What is known of the documents in the folder."""
        return {**self.index.documents(), **{source: new.metadata for source, new in self.fresh().items()}}

    def document(self, source: str) -> Document | None:
        """A document as it is now in the folder; None where it is not there, or was not read since it changed."""
        if source in (fresh := self.fresh()):
            return fresh[source]
        stamp = self.index.stamps().get(source, "")
        return self.index.document(source) if is_read(self.bin.knowledge_dir / source, stamp) else None

    def outlook(self, arrival: Arrival, on: date) -> Outlook:
        """Which of the two is answered from if both are kept."""
        if arrival.document is None or arrival.clash is None:
            return Outlook("both")
        return outlook(arrival.document.metadata, arrival.clash.source, self.known(), on)
