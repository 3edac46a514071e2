"""Deadlines: documents that end, end a trial, need a review, or begin to apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from store.documents import Metadata, Validity
from store.validity import original, validities
from text.catalog import ANSWER_LANGUAGES
from text.lexicon.load import pattern
from text.scripts import NUMERALS

LATELY = timedelta(days=90)
"""Days for which an ended document is still listed.

After that it is history, which is kept on purpose.
"""
TRIAL = pattern("document.trial")
TRIAL_TERM = re.compile(rf"试[行点]期|试行(?:至|到)|试行\s*[\d{NUMERALS}两]+\s*年")
GONE = (Validity.SUPERSEDED, Validity.REPEALED)

TextOf = Callable[[str], str]
"""Function that returns the text of a document by source."""


class DeadlineKind(StrEnum):
    """Event in the life of a document, most serious first.

    `ends`, `trial_ends`: on its last day. `review`: at the latest on that day. `begins`: on its first day.
    """

    ENDS = "ends"
    TRIAL_ENDS = "trial_ends"
    REVIEW = "review"
    BEGINS = "begins"


@dataclass(frozen=True)
class Due:
    """An event of a document on a day.

    `is_guessed`: the day was read from the text.
    `translations`: translations with the same event on that day.
    """

    on: date
    source: str
    what: DeadlineKind
    is_guessed: bool = False
    translations: tuple[str, ...] = ()


def due(documents: Mapping[str, Metadata], today: date, text_of: TextOf) -> list[Due]:
    """All overdue and coming events, by day.

    Replaced and repealed documents have none. A review is overdue until it is done, an end for 90 days, unless the
    document was reviewed since.
    """
    valid = validities(documents, today)
    found = [
        each
        for source, metadata in documents.items()
        if valid[source][0] not in GONE
        for each in of_document(source, metadata, valid[source][0], today, text_of)
    ]
    weights = {what: number for number, what in enumerate(DeadlineKind)}
    return sorted(with_translations(found, documents), key=lambda each: (each.on, weights[each.what], each.source))


def of_document(source: str, metadata: Metadata, valid: Validity, today: date, text_of: TextOf) -> Iterator[Due]:
    """Yields the events of a document: review, beginning and end.

    A draft has only its review. An ended document has only its end, unless `is_settled`.
    """
    is_over = valid is Validity.EXPIRED
    if metadata.review_by and not is_over:
        yield Due(metadata.review_by, source, DeadlineKind.REVIEW, "review_by" in metadata.guessed)
    if valid is Validity.DRAFT:
        return
    begins, end = metadata.effective_from, metadata.effective_to
    if begins and begins > today:
        yield Due(begins, source, DeadlineKind.BEGINS, "effective_from" in metadata.guessed)
    if end and not (is_over and is_settled(metadata, end, today)):
        what = DeadlineKind.TRIAL_ENDS if is_trial(source, metadata, text_of) else DeadlineKind.ENDS
        yield Due(end, source, what, "effective_to" in metadata.guessed)


def is_settled(metadata: Metadata, end: date, today: date) -> bool:
    """True if an ended document needs no attention: ended long ago, or reviewed since."""
    return end < today - LATELY or (metadata.reviewed_on is not None and metadata.reviewed_on > end)


def is_trial(source: str, metadata: Metadata, text_of: TextOf) -> bool:
    """True if a document is for a trial period.

    Its title says so, or the clause from which its end was read.
    """
    if TRIAL.search(metadata.title):
        return True
    return "effective_to" in metadata.guessed and bool(TRIAL_TERM.search(text_of(source)))


def with_translations(found: list[Due], documents: Mapping[str, Metadata]) -> Iterator[Due]:
    """Merges the same event of the translations of a page.

    It is that of the original; if that has none on this day, of the first language.
    """
    together: dict[tuple[str, DeadlineKind, date], list[Due]] = {}
    for each in found:
        together.setdefault((original(each.source, documents), each.what, each.on), []).append(each)
    for (own, *_), those in together.items():
        head = min(those, key=lambda each: (each.source != own, rank_language(documents[each.source].language)))
        yield replace(head, translations=tuple(each.source for each in those if each is not head))


def rank_language(language: str) -> int:
    """Returns the place of a language among those of the answers; others come last."""
    known = ANSWER_LANGUAGES
    return known.index(language) if language in known else len(known)
