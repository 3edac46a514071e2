"""Lists that staff keep in the knowledge folder: offices, bases, glossary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from store.bases import NO_BASES, Basis, read_bases
from store.contacts import Contact, read_contacts
from store.document_bases import PREFIX, with_documents
from store.documents import Metadata
from store.glossary import Glossary, read_glossary


class Lists:
    """The lists of a knowledge folder; all are empty without a folder.

    Each is read again if its file has changed. `documents` gives the documents on which lines can rest as well.
    """

    def __init__(self, folder: Path | None = None, documents: Callable[[], Mapping[str, Metadata]] = dict) -> None:
        self.folder, self.documents = folder, documents

    def contacts(self) -> tuple[Contact, ...]:
        """Offices to which questions are handed over."""
        return read_contacts(self.folder)[0] if self.folder else ()

    def bases(self, cited: Iterable[str]) -> Mapping[str, Basis]:
        """Bases of the lines of guides, by id; `cited` are the ids that are needed.

        The documents are read only for one of theirs: an answer whose index is gone has no citations, and is told.
        """
        listed = read_bases(self.folder) if self.folder else NO_BASES
        needs_documents = any(each.startswith(PREFIX) for each in cited)
        return (with_documents(listed, self.documents()) if needs_documents else listed).by_id

    def glossary(self) -> Glossary:
        """Terms of law and administration, and the words that people use instead."""
        return read_glossary(self.folder) if self.folder else Glossary()
