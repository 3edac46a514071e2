"""Validity of documents on a day, and which document replaces which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath

from store.documents import Metadata, Validity
from text.document_numbers import normalise_number
from text.titles import normalise_title


def start(metadata: Metadata) -> date | None:
    """First day of validity as far as known: effective date, else issue date.

    None if both are unknown.
    """
    return metadata.effective_from or metadata.issued


def validity(metadata: Metadata, replaced_from: date | None, on: date) -> Validity:
    """Validity of a document on the day `on`.

    `replaced_from`: day on which a later document takes over; None if there is no such day. A guide is never in force:
    its day of review says when it was checked, and its bases what is in force.
    """
    begins = start(metadata)
    if metadata.status == "draft":
        return Validity.DRAFT
    if metadata.status == "repealed":
        return Validity.REPEALED
    if begins and begins > on:
        return Validity.NOT_YET
    if metadata.effective_to and metadata.effective_to < on:
        return Validity.EXPIRED
    if replaced_from and replaced_from <= on:
        return Validity.SUPERSEDED
    known = begins or metadata.effective_to or metadata.status or metadata.reviewed_on
    return Validity.IN_FORCE if known and metadata.kind != "guide" else Validity.UNKNOWN


def validities(documents: Mapping[str, Metadata], on: date) -> dict[str, tuple[Validity, str]]:
    """Validity of each source on the day, and the source that replaces it by then.

    The replacement is "" if there is none; if it has been replaced itself by that day, the newest is named.
    A translation follows its original.
    """
    later = find_replacements(documents)
    since = {source: start(documents[by]) or date.min for source, by in later.items()}
    own = {
        source: (validity(metadata, since.get(source), on), _newest(source, later, since, on))
        for source, metadata in documents.items()
    }
    originals = {source: original(source, documents) for source in documents}
    return {source: own[source] if own[by][0] is Validity.UNKNOWN else own[by] for source, by in originals.items()}


def original(source: str, documents: Mapping[str, Metadata]) -> str:
    """Source of a translation's original, named by path or by name in its folder.

    Any other document is its own original.
    """
    name = documents[source].translation_of
    if not name:
        return source
    beside = PurePosixPath(source).with_name(name).as_posix() if "/" not in name else name
    return next((path for path in (name, beside) if path in documents), source)


def versions(source: str, documents: Mapping[str, Metadata]) -> dict[str, str]:
    """Returns the sources of a document by language: its original and translations.

    Empty for an unknown source.
    """
    if source not in documents:
        return {}
    own = original(source, documents)
    names = [source, *(name for name in documents if name != source and original(name, documents) == own)]
    return {documents[name].language: name for name in reversed(names)}


def _newest(source: str, later: dict[str, str], since: Mapping[str, date], on: date) -> str:
    """Follows the replacements that have taken effect by the day, each once."""
    seen = [source]
    while seen[-1] in since and since[seen[-1]] <= on and later[seen[-1]] not in seen:
        seen.append(later[seen[-1]])
    return seen[-1] if len(seen) > 1 else ""


def find_replacements(documents: Mapping[str, Metadata]) -> dict[str, str]:
    """Source of the first replacement of each replaced source.

    A document is replaced by its next version (same number, or same title and issuer, and another date), and by a
    document that repeals it by title, number or path.
    A draft replaces nothing. A translation is no version.
    """
    replacing: dict[str, set[str]] = defaultdict(set)
    for old, new in (*_next_versions(documents), *_find_repealed(documents)):
        replacing[old].add(new)
    return {
        old: min(new, key=lambda source: (start(documents[source]) or date.max, source))
        for old, new in replacing.items()
    }


def _next_versions(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    """Pairs of an older and the next newer version.

    Versions of one date are copies: the newer version replaces all of them.
    """
    for group in _versions(documents):
        by_date: dict[date, list[str]] = defaultdict(list)
        for source in group:
            if when := _version_date(documents[source]):
                by_date[when].append(source)
        for older, newer in pairwise(sorted(by_date)):
            yield from ((source, min(by_date[newer])) for source in by_date[older])


def _versions(documents: Mapping[str, Metadata]) -> Iterator[list[str]]:
    """Groups of sources in one language that share a number, or title and issuer."""
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for source, metadata in documents.items():
        if metadata.translation_of or metadata.status == "draft":
            continue
        if metadata.document_number:
            groups["number", normalise_number(metadata.document_number), metadata.language].append(source)
        if metadata.title and metadata.issuer:
            groups[normalise_title(metadata.title), _issuers(metadata), metadata.language].append(source)
    return iter(groups.values())


def relatives(new: Metadata, documents: Mapping[str, Metadata]) -> tuple[list[str], list[str]]:
    """Sources of other versions of a document: by number, and by title.

    Two with one title are of different documents only if both name an issuer, and another one.
    """
    number, title = normalise_number(new.document_number), normalise_title(new.title)
    own = {source: metadata for source, metadata in documents.items() if metadata.language == new.language}
    by_number = [source for source, each in own.items() if number and normalise_number(each.document_number) == number]
    by_title = [
        source
        for source, each in own.items()
        if new.title
        and normalise_title(each.title) == title
        and (not (new.issuer and each.issuer) or _issuers(each) == _issuers(new))
    ]
    return by_number, by_title


def _version_date(metadata: Metadata) -> date | None:
    """Date that distinguishes versions: the later of issue and effective date.

    None if both are unknown.
    Copies of one version often differ in the issue date, which is the day of adoption or that of publication; the
    effective date is then the same.
    An amended law keeps the effective date of its first version, which is before its issue date.
    """
    return max(filter(None, (metadata.issued, metadata.effective_from)), default=None)


def _issuers(metadata: Metadata) -> frozenset[str]:
    """Issuing bodies in any order; one ministry has a full and a short name."""
    plain = metadata.issuer.replace("中华人民共和国", "").replace("国家发展和改革委员会", "国家发展改革委")
    return frozenset(name.strip().casefold() for name in plain.replace("，", "、").replace(",", "、").split("、"))


def _find_repealed(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    """Pairs of a repealed document and the document whose repeal clause names it."""
    known = bearers(documents)
    for source, metadata in documents.items():
        if metadata.status != "draft" and not metadata.translation_of:
            for name in metadata.supersedes:
                yield from ((old, source) for old in sources_named(name, known) if _can_repeal(documents, source, old))


def bearers(documents: Mapping[str, Metadata]) -> dict[str, set[str]]:
    """Sources by path, title and number."""
    names: dict[str, set[str]] = defaultdict(set)
    for source, metadata in documents.items():
        names[source].add(source)
        if metadata.title:
            names[normalise_title(metadata.title)].add(source)
        if metadata.document_number:
            names[normalise_number(metadata.document_number)].add(source)
    return names


def sources_named(name: str, names: Mapping[str, set[str]]) -> set[str]:
    """Sources meant by an entry of `supersedes`: a path, a title or a document number."""
    keys = (name, normalise_title(name), normalise_number(name))
    return set().union(*(names.get(key, set()) for key in keys))


def _can_repeal(documents: Mapping[str, Metadata], new: str, old: str) -> bool:
    """True if the new document may repeal the old one: only earlier ones.

    A new version often repeals the old one of the same name. Without dates the two cannot be told apart.
    """
    later, earlier = _version_date(documents[new]), _version_date(documents[old])
    if new == old or documents[old].status == "draft":
        return False
    if later and earlier:
        return earlier < later
    return normalise_title(documents[new].title) != normalise_title(documents[old].title)
