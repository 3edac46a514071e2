"""Checks of the knowledge folder: problems to fix and facts to renew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ingest.checks.metadata import check_metadata
from ingest.checks.problem import Problem
from ingest.checks.text import check_texts
from store.documents import Document


def check(documents: Iterable[Document], files: Iterable[str], today: date) -> list[Problem]:
    """Problems of documents on the day `today`, ordered by source.

    `files` are the paths in the folder.
    """
    by_source = {document.source: document for document in documents}
    metadata = {source: document.metadata for source, document in by_source.items()}
    found = [*check_metadata(metadata, today), *check_texts(by_source, frozenset(files))]
    return sorted(found, key=lambda problem: (problem.source, problem.level, str(problem.text)))
