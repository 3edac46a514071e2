"""Checks metadata: missing, contradictory, or running out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ingest.checks.duplicates import twins
from ingest.checks.problem import Problem, error, note
from store.documents import Metadata
from store.validity import bearers, named, original

SOON = timedelta(days=60)
ORDERS = (
    ("issued", "effective_to", "ends ({later}) before it was issued ({earlier})"),
    ("effective_from", "effective_to", "ends ({later}) before it begins ({earlier})"),
    ("reviewed_on", "review_by", "is to be reviewed ({later}) before it was reviewed last ({earlier})"),
)
"""Dates in order: earlier field, later field, problem if the order is wrong."""
SHARED = ("status", "effective_from", "effective_to")
"""Fields in which a translation, if it has them, must equal its original."""


def check_metadata(documents: Mapping[str, Metadata], today: date) -> Iterator[Problem]:
    for source, metadata in documents.items():
        yield from _missing(source, metadata)
        yield from _out_of_order(source, metadata, today)
        yield from _contradictory(source, metadata, today)
        yield from _unlike_original(source, documents)
        yield from _ending(source, metadata, today)
    yield from _dangling_repeals(documents)
    yield from _duplicates(documents)


def _missing(source: str, metadata: Metadata) -> Iterator[Problem]:
    if not metadata.title:
        yield error(source, "has no title. Write `title: ...` in its front matter or sidecar.")
    if not metadata.issuer:
        yield note(source, "names no issuer. Write `issuer: ...` in its front matter or sidecar.")
    if not (metadata.issued or metadata.effective_from or metadata.status or metadata.reviewed_on):
        text = "does not say since when it applies. Write `effective_from`, `issued` or `status` in its front matter"
        yield note(source, f"{text} or sidecar.")
    if bool(metadata.reviewed_on) != bool(metadata.review_by):
        lacking = "review_by" if metadata.reviewed_on else "reviewed_on"
        yield note(source, f"gives only one of reviewed_on and review_by. Write `{lacking}: ...`.")


def _out_of_order(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    for first, second, text in ORDERS:
        earlier, later = getattr(metadata, first), getattr(metadata, second)
        if earlier and later and later < earlier:
            yield error(source, f"{text.format(earlier=earlier, later=later)}. Correct {first} or {second}.")
    if metadata.reviewed_on and metadata.reviewed_on > today:
        yield error(source, f"was reviewed in the future ({metadata.reviewed_on}). Correct reviewed_on.")
    if metadata.issued and metadata.issued > today and "issued" not in metadata.guessed:
        yield note(source, f"was issued in the future ({metadata.issued}). Look whether issued is right.")


def _contradictory(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    end = metadata.effective_to
    if metadata.status == "in_force" and end and end < today:
        yield note(source, f"says in_force but ended on {end}; it is shown as expired. Correct status or effective_to.")
    begins = metadata.effective_from
    if metadata.status == "draft" and begins and begins <= today:
        yield note(source, f"says draft but in effect since {begins}. If it was adopted, write `status: in_force`.")


def _unlike_original(source: str, documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Problems of a translation compared with its original.

    The original is missing, has the same language, or has other dates or another status.
    """
    metadata = documents[source]
    if not metadata.translation_of:
        return
    origin = original(source, documents)
    if origin == source:
        text = f"is a translation of {metadata.translation_of}, which is not in the folder. Correct translation_of."
        yield error(source, text)
        return
    if metadata.language == documents[origin].language:
        text = f"is a translation of {origin} in the same language ({metadata.language}). Correct one of them."
        yield error(source, text)
    for name in SHARED:
        own, theirs = getattr(metadata, name), getattr(documents[origin], name)
        if own and own != theirs and name not in metadata.guessed:
            text = f"says {name}: {own}, its original {origin} says {theirs or 'nothing'}. Make them agree."
            yield error(source, text)


def _ending(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    """Documents that end within 60 days, and overdue reviews.

    An expired policy is no problem.
    """
    end, review = metadata.effective_to, metadata.review_by
    if end and today <= end <= today + SOON:
        yield note(source, f"expires on {end}. Find out whether it is prolonged or replaced.")
    if review and review < today:
        yield note(source, f"was to be reviewed by {review}. Review it and set reviewed_on and review_by.")
    elif review and review <= today + SOON:
        yield note(source, f"is to be reviewed by {review}.")


def _dangling_repeals(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Entries of `supersedes`, written by staff, that match no document.

    A law's own repeal clause may name documents outside of the folder.
    """
    known = bearers(documents)
    for source, metadata in documents.items():
        for name in () if "supersedes" in metadata.guessed else metadata.supersedes:
            others = named(name, known)
            if others == {source}:
                yield error(source, f"supersedes {name}, which is itself. Correct supersedes.")
            elif not others:
                yield note(source, f"supersedes {name}, which no document in the folder is called.")


def _duplicates(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Documents in one language with equal number or title; the valid one if known."""
    for pair in twins(documents):
        if pair.shared != "repeal":
            told = f"has the {pair.shared} of {pair.first}"
            if pair.counts:
                yield note(pair.second, f"{told}: {pair.counts} counts, from its date on.")
            else:
                yield note(
                    pair.second, f"{told} and no date tells which counts. Remove one, or give issuer and issued."
                )
