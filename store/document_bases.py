"""Documents of the folder as bases: a page can rest on an uploaded notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType

from store.bases import BasesRead, Basis
from store.documents import Metadata

PREFIX = "file-"
"""Beginning of the ids; the rest tells the path of the file, which a replacement keeps."""
MOST_KEPT = 10_000
"""Number of documents whose bases are kept."""


def document_basis_id(source: str) -> str:
    """Returns the id by which a line names a document of the folder."""
    return f"{PREFIX}{blake2b(source.encode(), digest_size=5).hexdigest()}"


def with_documents(listed: BasesRead, documents: Mapping[str, Metadata]) -> BasesRead:
    """Returns the bases of the lists, and the documents that are no guides."""
    own = {document_basis_id(source): each for source, each in documents.items() if each.kind == "document"}
    found = {identity: document_basis(identity, each) for identity, each in own.items()}
    return replace(listed, by_id=MappingProxyType({**found, **listed.by_id}))


@lru_cache(maxsize=MOST_KEPT)
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
