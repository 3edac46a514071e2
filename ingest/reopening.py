"""Upgrades an index of an earlier version, and removes it before a rebuild."""

from __future__ import annotations

import shutil

from filelock import FileLock, Timeout

from ingest.sync.plan import Allowed, refuse_loss
from settings import Settings
from store.index import Entry, Index, IndexLockedError, peek
from store.index.database.address import postgres_server
from store.index.open_catalog import locate_moved_note, refuse_moved, remove_catalog
from store.transfer.catalogs import others_at
from text.messages import AS_IT_IS, message


def read_old_again(index: Index) -> None:
    """Makes the next sync read documents that an outdated version indexed."""
    for entry in index.entries():
        if has_old_messages(entry) or lacks_originals(index, entry):
            index.set_fingerprint(entry.source, "|")


def has_old_messages(entry: Entry) -> bool:
    """True if messages without codes are stored with a document.

    Notes of OCR do not count, because OCR again would take too long.
    """
    stored = (*entry.problems, *(() if entry.quality.ocr_pages else entry.quality.notes))
    return any(each.code == AS_IT_IS for each in stored)


def lacks_originals(index: Index, entry: Entry) -> bool:
    """True if corrected pages were indexed without their original text."""
    document = index.document(entry.source) if entry.quality.corrected_pages else None
    return document is not None and any(page.method == "corrected" and page.original is None for page in document.pages)


def remove_index(settings: Settings, allowed: Allowed) -> None:
    """Deletes the index, so that it is rebuilt from the folder.

    Raises IndexLockedError if another process owns it or uses its database, and the errors of `refuse_loss`.
    """
    place = settings.data_dir / "index"
    path = place / "catalog.sqlite"
    try:
        with FileLock(place / "owner.lock", timeout=0):
            server = postgres_server(settings)
            if server is None:
                refuse_moved(path)
            refuse_loss(settings, *peek(place, server), allowed)
            if server:
                if others_at(server):
                    raise IndexLockedError(message("index.others_before_rebuild"))
                remove_catalog(place, server)
            for each in place.iterdir():
                if each not in {place / "owner.lock", locate_moved_note(path)}:
                    shutil.rmtree(each) if each.is_dir() else each.unlink()
    except Timeout:
        raise IndexLockedError(message("index.app_before_rebuild")) from None
