"""What the folder will ask of the staff: documents that end, end their trial, are to be reviewed, or begin to apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from store.documents import Metadata, Validity
from store.validity import original, validities

LATELY = timedelta(days=90)
"""How long a document that has ended is still shown: afterwards it is history, which is kept on purpose."""
TRIAL = re.compile(r"试行|暂行|试点|\b(?:trial|pilot|interim|provisional)\b", re.IGNORECASE)
TRIAL_TERM = re.compile(r"试[行点]期|试行(?:至|到)|试行\s*[\d一二三四五六七八九十两]+\s*年")
GONE = (Validity.SUPERSEDED, Validity.REPEALED)

TextOf = Callable[[str], str]
"""The text of a document, by its source."""


class What(StrEnum):
    """What happens to a document on a day, the gravest first: `ends` and `trial_ends` on its last one, `review` on it
    at the latest."""

    ENDS = "ends"
    TRIAL_ENDS = "trial_ends"
    REVIEW = "review"
    BEGINS = "begins"


@dataclass(frozen=True)
class Due:
    """Something that happens to a document on a day. `is_guessed` says that the day was read from the text;
    `translations` are those of the document to which the same happens on that day."""

    on: date
    source: str
    what: What
    is_guessed: bool = False
    translations: tuple[str, ...] = ()


def due(documents: Mapping[str, Metadata], today: date, text_of: TextOf) -> list[Due]:
    """All that is overdue or to come, by day. What has been replaced or repealed asks for nothing any more.

    Overdue is a review until it is done, and an end for 90 days, unless somebody reviewed the document since.
    """
    valid = validities(documents, today)
    found = [
        each
        for source, metadata in documents.items()
        if valid[source][0] not in GONE
        for each in of_document(source, metadata, valid[source][0], today, text_of)
    ]
    weights = {what: number for number, what in enumerate(What)}
    return sorted(with_translations(found, documents), key=lambda each: (each.on, weights[each.what], each.source))


def of_document(source: str, metadata: Metadata, valid: Validity, today: date, text_of: TextOf) -> Iterator[Due]:
    is_over = valid is Validity.EXPIRED
    if metadata.review_by and not is_over:
        yield Due(metadata.review_by, source, What.REVIEW, "review_by" in metadata.guessed)
    if valid is Validity.DRAFT:
        return
    begins, end = metadata.effective_from, metadata.effective_to
    if begins and begins > today:
        yield Due(begins, source, What.BEGINS, "effective_from" in metadata.guessed)
    if end and not (is_over and is_settled(metadata, end, today)):
        what = What.TRIAL_ENDS if is_trial(source, metadata, text_of) else What.ENDS
        yield Due(end, source, what, "effective_to" in metadata.guessed)


def is_settled(metadata: Metadata, end: date, today: date) -> bool:
    """Whether nobody need look at a document that has ended: it was long ago, or somebody has since."""
    return end < today - LATELY or (metadata.reviewed_on is not None and metadata.reviewed_on > end)


def is_trial(source: str, metadata: Metadata, text_of: TextOf) -> bool:
    """Whether a document is one for a time of trial: its title says so, or the clause of which its end was read."""
    if TRIAL.search(metadata.title):
        return True
    return "effective_to" in metadata.guessed and bool(TRIAL_TERM.search(text_of(source)))


def with_translations(found: list[Due], documents: Mapping[str, Metadata]) -> Iterator[Due]:
    """One for each thing that happens: those of translations stand with their original's."""
    first = {(each.source, each.what, each.on): each for each in found}
    together: dict[Due, list[str]] = {}
    for each in found:
        head = first.get((original(each.source, documents), each.what, each.on), each)
        others = together.setdefault(head, [])
        if head is not each:
            others.append(each.source)
    return (replace(each, translations=tuple(others)) for each, others in together.items())
