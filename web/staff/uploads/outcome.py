"""Effects of a waiting file, as a replacement or beside another document."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from ingest.uploads.conflicts import Preview, outlook
from ingest.uploads.file_names import free_source
from ingest.uploads.kept_fields import HandFilled, hand_filled, with_kept
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from store.documents import Document, Metadata, UnreadableFileError
from store.validity_changes import Shift
from web.sources.viewer import fingerprint
from web.staff.documents.validity_preview import foresee_in_place


def find_hand_filled(arrivals: UploadQueue, arrival: Upload, known: Mapping[str, Metadata] | None = None) -> HandFilled:
    """Returns the hand-written fields of the replaced document; empty if unreadable.

    Also empty for a page that was changed in the browser, which says itself what it keeps.
    `known`: metadata of the documents in the folder; None reads it.
    """
    if arrival.document is None or not arrivals.is_met(arrival) or arrival.conflict is None or arrival.conflict.base:
        return HandFilled()
    source, file = arrival.conflict.source, arrivals.staging.path(arrival.staged)
    with suppress(UnreadableFileError, OSError):
        before = (arrivals.list_metadata() if known is None else known).get(source)
        return hand_filled(arrivals.trash.knowledge_dir / source, before, file, arrival.document.metadata)
    return HandFilled()


def outlook_of(arrivals: UploadQueue, arrival: Upload, on: date) -> Preview:
    """Returns which document answers if both are kept."""
    if arrival.document is None or arrival.conflict is None:
        return Preview("both")
    return outlook(arrival.document.metadata, arrival.conflict.source, arrivals.list_metadata(), on)


def seal_of_texts(arrivals: UploadQueue, arrival: Upload) -> str:
    """Returns the seal of a waiting file as it stands now; see `seal_of`."""
    old = arrivals.document(arrival.conflict.source) if arrival.conflict else None
    return seal_of(arrival, old, find_hand_filled(arrivals, arrival).kept)


def seal_of(arrival: Upload, old: Document | None, kept: Mapping[str, Any]) -> str:
    """Returns a fingerprint of both texts, the details and the kept fields.

    Sent back, it proves that they were shown.
    """
    texts = (each.text if each else "" for each in (old, arrival.document))
    metadata = replace(arrival.document.metadata, guessed=frozenset()) if arrival.document else None
    return fingerprint("\0".join((arrival.id, *texts, repr(metadata), repr(dict(kept)))))


def foreseen(arrivals: UploadQueue, arrival: Upload, what: str, on: date) -> tuple[Shift, ...]:
    """Returns the documents whose validity an upload would change.

    With `replace`, it replaces the document in conflict; else it is added beside it.
    """
    if arrival.document is None:
        return ()
    metadata = arrival.document.metadata
    if what == "replace" and arrival.conflict:
        old = source = arrival.conflict.source
        metadata = with_kept(arrival.document, find_hand_filled(arrivals, arrival).kept).metadata
    else:
        old, source = "", free_source(arrivals.trash.knowledge_dir, arrival.staged.folder, arrival.staged.name)
    return foresee_in_place(arrivals.list_metadata(), old, source, metadata, on)
