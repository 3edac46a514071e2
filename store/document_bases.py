"""Documents of the folder as bases: a page can rest on an uploaded notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

from store.bases import BasesRead, Basis
from store.documents import Metadata

PREFIX = "file-"
"""Beginning of the ids; the rest tells the path of the file, which a replacement keeps."""


def document_basis_id(source: str) -> str:
    """Returns the id by which a line names a document of the folder."""
    return f"{PREFIX}{blake2b(source.encode(), digest_size=5).hexdigest()}"


def with_documents(listed: BasesRead, documents: Mapping[str, Metadata]) -> BasesRead:
    """Returns the bases of the lists, and the documents that are no guides."""
    return replace(listed, by_id=FolderBases(listed.by_id, documents))


@dataclass(frozen=True)
class FolderBases(Mapping[str, Basis]):
    """Bases of the lists, and documents, which become bases when asked for."""

    listed: Mapping[str, Basis]
    documents: Mapping[str, Metadata]

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {document_basis_id(source): source for source, each in self.documents.items() if each.kind == "document"}

    def __getitem__(self, identity: str) -> Basis:
        if identity in self.listed or not identity.startswith(PREFIX):
            return self.listed[identity]
        return document_basis(identity, self.documents[self._sources[identity]])

    def __iter__(self) -> Iterator[str]:
        yield from self.listed
        yield from (each for each in self._sources if each not in self.listed)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def document_basis(identity: str, metadata: Metadata) -> Basis:
    """Returns a document as a basis, as far as its metadata tell."""
    language = metadata.language or "zh"
    return Basis(
        id=identity,
        title={language: metadata.title or metadata.document_number or identity},
        number=metadata.document_number,
        issuer={language: metadata.issuer} if metadata.issuer else {},
        issued=metadata.issued.isoformat() if metadata.issued else "",
        effective_from=metadata.effective_from,
        effective_to=metadata.effective_to,
        status=metadata.status,
        url=metadata.source_url,
    )
