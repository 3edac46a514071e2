"""Problems found in files that wait, for their author and for who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from fastapi import Request

from ingest.uploads.kept_fields import with_kept
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from store.bases import read_bases
from store.document_bases import with_documents
from store.documents import Document, Metadata
from store.folder import stat_signature
from text.messages import Message
from web.staff.pages import Pages
from web.staff.uploads.outcome import find_hand_filled
from web.staff.uploads.read_text import check_read, problems_of


@dataclass(frozen=True)
class Checked:
    """Problems found in a document, and all else that the checks looked at."""

    document: Document
    beside: tuple[object, ...]
    found: Sequence[Message]


@dataclass
class ProblemFinder:
    """Checks waiting files as they would be public, each once while nothing changes.

    The list of files asks every other second.
    """

    knowledge_dir: Path
    checked: dict[str, Checked] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def find(self, arrivals: UploadQueue, waiting: Sequence[Upload]) -> dict[str, Sequence[Message]]:
        """Returns the problems of each file by its id."""
        known, found = arrivals.list_metadata(), dict[str, Sequence[Message]]()
        bases = with_documents(read_bases(self.knowledge_dir), known)
        with self.lock:
            for gone in self.checked.keys() - set(arrivals.uploads):
                del self.checked[gone]
            for each in waiting:
                if each.document is None:
                    continue
                beside = (bases, date.today(), *self.look_beside(arrivals, each, known))
                before = self.checked.get(each.id)
                if before is None or before.document is not each.document or before.beside != beside:
                    public = with_kept(each.document, find_hand_filled(arrivals, each, known).kept)
                    before = Checked(each.document, beside, check_read(public, each.problems, bases))
                    self.checked[each.id] = before
                found[each.id] = before.found
        return found

    def look_beside(self, arrivals: UploadQueue, arrival: Upload, known: Mapping[str, Metadata]) -> tuple[object, ...]:
        """Returns the states on which the kept fields of a replacement depend."""
        if arrival.conflict is None:
            return ()
        source = arrival.conflict.source
        signatures = map(stat_signature, (arrivals.staging.path(arrival.staged), self.knowledge_dir / source))
        return arrival.conflict, known.get(source), *signatures


def find_problems_beside(request: Request, pages: Pages, arrival: Upload, public: Document) -> list[str]:
    """Returns what the checks find only if both documents are kept.

    The file then does not take over fields of the other one.
    """
    if arrival.document is None or arrival.document == public:
        return []
    solved = problems_of(pages, request, public, arrival.problems)
    return [each for each in problems_of(pages, request, arrival.document, arrival.problems) if each not in solved]
