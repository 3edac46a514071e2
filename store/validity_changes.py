"""Standing of documents (validity with its dates), and its changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.documents import Metadata, Validity
from store.validity import find_replacements, original, start, validities

WITHOUT_DAYS = (Validity.DRAFT, Validity.REPEALED)
"""Validities for which the dates of a document do not matter."""


@dataclass(frozen=True)
class ValiditySnapshot:
    """Validity of a document on a day, and the dates that decide it.

    `begins`, `ends`: its first and last day.
    `replaced_by`: source that replaces it, from the day `replaced_from`.
    Unknown or irrelevant values are None or "".
    """

    validity: Validity
    begins: date | None = None
    ends: date | None = None
    replaced_by: str = ""
    replaced_from: date | None = None

    def relevant_part(self, on: date) -> tuple[object, ...]:
        """The part that answers mention on this day or later; past dates are left out."""
        is_replaced = self.validity is Validity.SUPERSEDED or (self.replaced_from or on) > on
        return (
            self.validity,
            self.begins if self.begins and self.begins > on else None,
            self.ends if self.ends and self.ends >= on else None,
            self.replaced_by if is_replaced else "",
            self.replaced_from if is_replaced else None,
        )


@dataclass(frozen=True)
class Shift:
    """A document whose standing a change alters."""

    source: str
    before: ValiditySnapshot
    after: ValiditySnapshot


def validity_snapshots(documents: Mapping[str, Metadata], on: date) -> dict[str, ValiditySnapshot]:
    """Standing of each document on a day.

    A translation has that of its original, unless that is unknown.
    """
    valid, later = validities(documents, on), find_replacements(documents)
    since = {source: start(documents[by]) for source, by in later.items()}
    found = {}
    for source in documents:
        origin = original(source, documents)
        decides = source if valid[origin][0] is Validity.UNKNOWN else origin
        by = valid[decides][1] or later.get(decides, "")
        found[source] = _standing(documents[decides], valid[decides][0], by, since.get(decides))
    return found


def _standing(metadata: Metadata, validity: Validity, replaced_by: str, since: date | None) -> ValiditySnapshot:
    """Standing of a document, with the dates that decide it."""
    if validity in WITHOUT_DAYS:
        return ValiditySnapshot(validity)
    if validity is Validity.EXPIRED:
        return ValiditySnapshot(validity, ends=metadata.effective_to)
    if validity is Validity.SUPERSEDED:
        return ValiditySnapshot(validity, replaced_by=replaced_by, replaced_from=since)
    return ValiditySnapshot(validity, start(metadata), metadata.effective_to, replaced_by, since)


def find_shifts(before: Mapping[str, Metadata], after: Mapping[str, Metadata], on: date) -> tuple[Shift, ...]:
    """Documents in both states whose outlook differs from a day on, ordered by source."""
    old, new = validity_snapshots(before, on), validity_snapshots(after, on)
    both = sorted(old.keys() & new.keys())
    return tuple(
        Shift(each, old[each], new[each]) for each in both if old[each].relevant_part(on) != new[each].relevant_part(on)
    )
