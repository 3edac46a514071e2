"""Duplicates: two documents of one thing in the folder, and the valid one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.documents import Metadata
from store.validity import find_replacements, original, start
from text.document_numbers import normalise_number
from text.titles import normalise_title

Shared = Literal["number", "title", "repeal"]


@dataclass(frozen=True)
class Twins:
    """Two documents of one number or title, or one that repeals the other.

    `counts`: source of the valid one; "" if no date shows it.
    `since`: day from which it is valid; None if unknown.
    """

    first: str
    second: str
    shared: Shared
    counts: str = ""
    since: date | None = None


def twins(documents: Mapping[str, Metadata]) -> Iterator[Twins]:
    """All pairs, each once. A document and its translation are no pair."""
    later = find_replacements(documents)
    told: set[frozenset[str]] = set()
    for shared, first, second in (*_alike(documents), *_find_replaced(documents, later)):
        pair = frozenset((first, second))
        if pair not in told and original(first, documents) != original(second, documents):
            told.add(pair)
            counts = second if leads(later, first, second) else first if leads(later, second, first) else ""
            yield Twins(first, second, shared, counts, start(documents[counts]) if counts else None)


def _find_replaced(documents: Mapping[str, Metadata], later: Mapping[str, str]) -> Iterator[tuple[Shared, str, str]]:
    for old, new in later.items():
        one, other = documents[old], documents[new]
        if normalise_title(one.title) == normalise_title(other.title):
            yield "title", old, new
        else:
            same = normalise_number(one.document_number) == normalise_number(other.document_number)
            yield "number" if same and one.document_number else "repeal", old, new


def leads(later: Mapping[str, str], old: str, new: str) -> bool:
    """True if `old` was replaced by `new`, directly or through other versions."""
    seen: set[str] = set()
    while old in later and old not in seen:
        seen.add(old)
        old = later[old]
        if old == new:
            return True
    return False


def _alike(documents: Mapping[str, Metadata]) -> Iterator[tuple[Shared, str, str]]:
    """`(shared, first source, other source)` of documents in one language."""
    groups: dict[tuple[Shared, str, str], list[str]] = defaultdict(list)
    for source, metadata in sorted(documents.items()):
        if metadata.document_number:
            groups["number", normalise_number(metadata.document_number), metadata.language].append(source)
        if metadata.title:
            groups["title", normalise_title(metadata.title), metadata.language].append(source)
    for (shared, _, _), (first, *others) in groups.items():
        yield from ((shared, first, source) for source in others)
