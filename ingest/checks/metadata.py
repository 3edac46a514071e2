"""Checks metadata: missing, contradictory, or running out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ingest.checks.duplicates import twins
from ingest.checks.problem import Problem, error, note
from ingest.metadata.front_matter import name_of
from store.documents import Metadata
from store.validity import bearers, original, sources_named
from text.messages import Message, message

SOON = timedelta(days=60)
ORDERS = (
    ("issued", "effective_to", "check.ends_before_issue"),
    ("effective_from", "effective_to", "check.ends_before_beginning"),
    ("reviewed_on", "review_by", "check.review_before_last"),
)
"""Pairs of dates in order: earlier field, later field, code of the problem."""
SHARED = ("status", "effective_from", "effective_to")
"""Fields in which a translation, if it has them, must equal its original."""


def check_metadata(documents: Mapping[str, Metadata], today: date) -> Iterator[Problem]:
    """Yields the problems of each document's metadata, then of repeals and duplicates."""
    for source, metadata in documents.items():
        yield from _missing(source, metadata)
        yield from _out_of_order(source, metadata, today)
        yield from _contradictory(source, metadata, today)
        yield from _unlike_original(source, documents)
        yield from _ending_documents(source, metadata, today)
    yield from _dangling_repeals(documents)
    yield from _duplicates(documents)


def _missing(source: str, metadata: Metadata) -> Iterator[Problem]:
    if not metadata.title:
        yield error(source, "check.no_title")
    if not metadata.issuer:
        yield note(source, "check.no_issuer")
    if not (metadata.issued or metadata.effective_from or metadata.status or metadata.reviewed_on):
        yield note(source, "check.no_start")
    if metadata.reviewed_on and not metadata.review_by:  # the next one alone is what a new version keeps
        yield note(source, "check.no_next_review", key=name_of("review_by"))


def _out_of_order(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    for first, second, code in ORDERS:
        earlier, later = getattr(metadata, first), getattr(metadata, second)
        if earlier and later and later < earlier:
            yield error(source, code, earlier=earlier, later=later)
    if metadata.reviewed_on and metadata.reviewed_on > today:
        yield error(source, "check.reviewed_in_future", day=metadata.reviewed_on)
    if metadata.issued and metadata.issued > today and "issued" not in metadata.guessed:
        yield note(source, "check.issued_in_future", day=metadata.issued)


def _contradictory(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    end = metadata.effective_to
    if metadata.status == "in_force" and end and end < today:
        yield note(source, "check.in_force_but_ended", day=end)
    begins = metadata.effective_from
    if metadata.status == "draft" and begins and begins <= today:
        yield note(source, "check.draft_but_begun", day=begins)


def _unlike_original(source: str, documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Problems of a translation compared with its original.

    The original is missing, has the same language, or has other dates or another status.
    """
    metadata = documents[source]
    if not metadata.translation_of:
        return
    origin = original(source, documents)
    if origin == source:
        yield error(source, "check.no_original", origin=metadata.translation_of)
        return
    if metadata.language == documents[origin].language:
        yield error(source, "check.language_of_original", origin=origin, language=metadata.language)
    for name in SHARED:
        own, theirs = getattr(metadata, name), getattr(documents[origin], name)
        if own and own != theirs and name not in metadata.guessed:
            said = {"value": value_of(name, own), "origin": origin, "theirs": value_of(name, theirs)}
            yield error(source, "check.unlike_original", key=name_of(name), **said)


def value_of(name: str, value: object) -> Message | str:
    """A value as messages name it."""
    if not value:
        return message("check.unsaid")
    return message(f"status.{value}") if name == "status" else str(value)


def _ending_documents(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    """Documents that end within 60 days, and overdue reviews.

    An expired policy is no problem.
    """
    end, review = metadata.effective_to, metadata.review_by
    if end and today <= end <= today + SOON:
        yield note(source, "check.ends_soon", day=end)
    if review and review < today:
        yield note(source, "check.review_overdue", day=review)
    elif review and review <= today + SOON:
        yield note(source, "check.review_soon", day=review)


def _dangling_repeals(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Entries of `supersedes`, written by staff, that match no document.

    A law's own repeal clause may name documents outside of the folder.
    """
    known = bearers(documents)
    for source, metadata in documents.items():
        for name in () if "supersedes" in metadata.guessed else metadata.supersedes:
            others = sources_named(name, known)
            if others == {source}:
                yield error(source, "check.replaces_itself", name=name)
            elif not others:
                yield note(source, "check.replaces_unknown", name=name)


def _duplicates(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Documents in one language with equal number or title; the valid one if known."""
    for pair in twins(documents):
        if pair.shared != "repeal":
            what = message(f"shared.{pair.shared}")
            if pair.counts:
                yield note(pair.second, "check.twin", what=what, other=pair.first, newer=pair.counts)
            else:
                yield note(pair.second, "check.twin_undecided", what=what, other=pair.first)
