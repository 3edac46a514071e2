"""The files that come in, one after the other: read, judged, put into the folder or kept until somebody decides."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from errno import EDQUOT, ENOSPC
from threading import RLock
from typing import Literal

from ingest.documents import Document, Metadata, Unreadable
from ingest.incoming import landing
from ingest.incoming.following import is_read
from ingest.incoming.judging import Clash, Outlook, clash, outlook, twin
from ingest.incoming.names import Refused, checked_folder, checked_name, source_of
from ingest.incoming.staging import Staged, Staging
from ingest.index import Index
from ingest.reading import read
from ingest.removing import Bin, Gone, Removed
from settings import Settings

MOST_ROWS = 300
"""Rows that are kept of what is done, the last ones."""

State = Literal["waiting", "reading", "unreadable", "same", "clash", "stuck", "landed"]
Decision = Literal["replace", "keep_both"]
Note = Callable[[str, str, str, Mapping[str, str]], None]
"""Leaves an audit entry: who, what, to which source, details. Raises NotNoted."""

log = logging.getLogger(__name__)


class NotNoted(Exception):
    """What is to be done cannot be noted at the moment, so it is not done."""


@dataclass(frozen=True)
class Arrival:
    """A file that came in, and how far it is. `source` is where it is in the folder (landed, or the same content),
    `removed` the id in the bin of what it replaced; `trouble` says why it is stuck, or what did not go well."""

    staged: Staged
    state: State = "waiting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    document: Document | None = None
    unreadable: Unreadable | None = None
    clash: Clash | None = None
    source: str = ""
    removed: str = ""
    trouble: str = ""
    settled: bool = False

    @property
    def id(self) -> str:
        return self.staged.id


class Arrivals:
    """All of them. Safe from several threads; one file is read at a time, so that questions keep the processor.

    `bin.changing` is held while the folder changes, `knowing` only while what is known here does.
    """

    def __init__(self, settings: Settings, index: Index, bin: Bin, note: Note) -> None:
        self.settings, self.index, self.bin, self.note = settings, index, bin, note
        self.staging = Staging(settings.data_dir, settings.file_megabytes << 20)
        self.arrivals: dict[str, Arrival] = {}
        self.changing, self.knowing = bin.changing, RLock()
        self.pool = ThreadPoolExecutor(1, "incoming")
        for staged in self.staging.all():
            self.take(staged)

    def check(self, name: str, folder: str, size: int) -> tuple[str, str]:
        """The name and the folder under which a file of `size` bytes would be taken in. Raises Refused."""
        checked = checked_name(name), checked_folder(folder, self.settings.knowledge_dir)
        self.staging.check_size(size)
        return checked

    def take(self, staged: Staged) -> None:
        """Takes in a file that was received whole."""
        self.keep(Arrival(staged))
        self.pool.submit(self.work, staged.id)

    def all(self) -> list[Arrival]:
        """The last that came first."""
        with self.knowing:  # the disk is listed within, or what is taken in meanwhile would count as gone
            lying = {staged.id for staged in self.staging.all()}
            for each in list(self.arrivals.values()):
                if each.state not in ("landed", "same") and each.id not in lying:
                    del self.arrivals[each.id]
            return sorted(self.arrivals.values(), key=lambda each: each.id, reverse=True)

    def find(self, arrival_id: str) -> Arrival:
        """Raises Gone."""
        with self.knowing:
            if arrival_id not in self.arrivals:
                raise Gone(arrival_id)
            return self.arrivals[arrival_id]

    def keep(self, arrival: Arrival) -> None:
        with self.knowing:
            self.arrivals[arrival.id] = arrival
            done = [each.id for each in self.arrivals.values() if each.state in ("landed", "same")]
            for old in done[:-MOST_ROWS]:
                del self.arrivals[old]

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
            self.keep(replace(arrival, state="unreadable", unreadable=error))
        except Exception:
            log.exception("%s could not be taken in", arrival_id)
            with suppress(Gone):
                self.keep(replace(self.find(arrival_id), state="stuck", trouble="unforeseen"))

    def opened(self, arrival: Arrival) -> Arrival:
        """The file, read; unless the very same one is in the folder. Raises Unreadable."""
        path = self.staging.path(arrival.staged)
        if same := twin(path, self.settings.knowledge_dir):
            return replace(arrival, state="same", source=same)
        source = source_of(arrival.staged.folder, arrival.staged.name)
        return replace(arrival, document=read(path, source, self.settings).document)

    def judge(self, arrival: Arrival) -> None:
        """Puts a file into the folder, or keeps it where it may replace another document."""
        with self.changing:
            self.find(arrival.id)
            if arrival.state == "same" or arrival.document is None:
                self.staging.discard(arrival.id)
                return self.keep(arrival)
            staged, knowledge = arrival.staged, self.settings.knowledge_dir
            met = clash(staged.name, staged.folder, arrival.document.metadata, knowledge, self.known())
            if met:
                return self.keep(replace(arrival, state="clash", clash=met))
            return self.land(arrival, "added", staged.who)

    def decide(self, arrival_id: str, decision: Decision, who: str) -> Arrival:
        """Puts a file into the folder as somebody decided. Raises Gone where it is not kept any more."""
        with self.changing:
            arrival = self.find(arrival_id)
            if arrival.state not in ("clash", "stuck") or arrival.document is None:
                raise Gone(arrival_id)
            self.land(arrival, "replaced" if decision == "replace" else "kept_both", who)
            return self.find(arrival_id)

    def again(self, arrival_id: str) -> None:
        """Tries anew what was stuck. Raises Gone."""
        with self.knowing:
            arrival = self.find(arrival_id)
            if arrival.state != "stuck":
                raise Gone(arrival_id)
            self.take(arrival.staged)

    def land(self, arrival: Arrival, action: str, who: str) -> None:
        """Notes it, then does it. What stands in the way is kept with the file, for another try."""
        try:
            self.keep(self.landed(arrival, action, who))
            self.staging.discard(arrival.id)
        except (OSError, NotNoted, Refused, Gone, Unreadable) as error:
            log.warning("%s was not put into the folder: %s", arrival.staged.name, error)
            self.keep(replace(arrival, state="stuck", trouble=trouble_of(error)))

    def landed(self, arrival: Arrival, action: str, who: str) -> Arrival:
        path, staged, old = self.staging.path(arrival.staged), arrival.staged, arrival.clash
        if action == "replaced" and old:
            landing.check(old.source, self.bin)
            source = landing.place_of(staged.name, old.source, self.settings.knowledge_dir)
            self.note(who, "document.replaced", source, {"file": staged.name, "replaced": old.source})
            done = landing.replace(path, old.source, who, self.bin, self.document)
            here = replace(arrival, state="landed", source=done.source, since=datetime.now(UTC))
            return replace(here, removed=done.removed.id, trouble="" if done.is_whole else "both_there")
        source = landing.source_for(staged.name, staged.folder, self.bin)
        self.note(who, f"document.{action}", source, {"beside": old.source} if old else {})
        landing.put(path, self.settings.knowledge_dir / source)
        return replace(arrival, state="landed", source=source, trouble="", since=datetime.now(UTC))

    def discard(self, arrival_id: str) -> Arrival:
        """Drops a file that was not put into the folder, or the row of one that was. Raises Gone."""
        with self.changing, self.knowing:
            arrival = self.find(arrival_id)
            del self.arrivals[arrival_id]
            self.staging.discard(arrival_id)
            return arrival

    def put_back(self, removed_id: str, who: str) -> tuple[Removed, landing.Replacement | None]:
        """Puts a replaced document back, see `landing.put_back`."""
        with self.changing:
            old = self.bin.find(removed_id)
            self.note(who, "document.version_back", old.source, {"instead_of": old.by})
            result = landing.put_back(removed_id, who, self.bin, self.document)
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

    def settle(self, arrival: Arrival) -> None:
        """Notes that a document is answered from, so that it need not be looked after any more."""
        with self.knowing:
            if arrival.id in self.arrivals:
                self.keep(replace(self.arrivals[arrival.id], settled=True))

    def outlook(self, arrival: Arrival, on: date) -> Outlook:
        """Which of the two is answered from if both are kept."""
        if arrival.document is None or arrival.clash is None:
            return Outlook("both")
        return outlook(arrival.document.metadata, arrival.clash.source, self.known(), on)


def trouble_of(error: Exception) -> str:
    """The key of what stands in the way."""
    if isinstance(error, NotNoted):
        return "not_noted"
    if isinstance(error, Gone):
        return "old_gone"
    if isinstance(error, Unreadable):
        return "details"
    if isinstance(error, OSError):
        return "disk" if error.errno in (ENOSPC, EDQUOT) else "forbidden"
    return "unforeseen"
