"""Checks of the knowledge folder: problems to fix and facts to renew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ingest.checks.bases import check_bases
from ingest.checks.metadata import check_metadata
from ingest.checks.problem import Problem
from ingest.checks.text import check_texts
from store.bases import NO_BASES, BasesRead
from store.documents import Document


def check_documents(
    documents: Iterable[Document], files: Iterable[str], today: date, bases: BasesRead = NO_BASES
) -> list[Problem]:
    """Problems of documents on the day `today`, ordered by source.

    `files` are the paths in the folder; `bases` what its guides rest on.
    """
    by_source = {document.source: document for document in documents}
    metadata = {source: document.metadata for source, document in by_source.items()}
    found = [
        *check_metadata(metadata, today),
        *check_texts(by_source, frozenset(files)),
        *check_bases(by_source, bases),
    ]
    return sorted(found, key=lambda problem: (problem.source, problem.level, str(problem.text)))
