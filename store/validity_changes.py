"""How documents stand, whether they apply and from when to when, and what a change would make of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.documents import Metadata, Validity
from store.validity import original, start, superseded_by, validities

WITHOUT_DAYS = (Validity.DRAFT, Validity.REPEALED)
"""Where the days of a document do not count."""


@dataclass(frozen=True)
class Standing:
    """Whether a document applies on a day, and what decides it: its first and its last day, and the source that
    replaces it with the day on which that takes over; None and empty where there is none."""

    validity: Validity
    begins: date | None = None
    ends: date | None = None
    replaced_by: str = ""
    replaced_from: date | None = None

    def outlook(self, on: date) -> tuple[object, ...]:
        """What answers say on the day and later: days that are past have done their work."""
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
    """A document that stands otherwise after a change than before it."""

    source: str
    before: Standing
    after: Standing


def standings(documents: Mapping[str, Metadata], on: date) -> dict[str, Standing]:
    """How each document stands on a day. A translation stands as its original does, where that says anything."""
    valid, later = validities(documents, on), superseded_by(documents)
    since = {source: start(documents[by]) for source, by in later.items()}
    found = {}
    for source in documents:
        origin = original(source, documents)
        decides = source if valid[origin][0] is Validity.UNKNOWN else origin
        by = valid[decides][1] or later.get(decides, "")
        found[source] = _standing(documents[decides], valid[decides][0], by, since.get(decides))
    return found


def _standing(metadata: Metadata, validity: Validity, replaced_by: str, since: date | None) -> Standing:
    """How a document stands, with those of its days that decide it."""
    if validity in WITHOUT_DAYS:
        return Standing(validity)
    if validity is Validity.EXPIRED:
        return Standing(validity, ends=metadata.effective_to)
    if validity is Validity.SUPERSEDED:
        return Standing(validity, replaced_by=replaced_by, replaced_from=since)
    return Standing(validity, start(metadata), metadata.effective_to, replaced_by, since)


def find_shifts(before: Mapping[str, Metadata], after: Mapping[str, Metadata], on: date) -> tuple[Shift, ...]:
    """The documents of both that stand otherwise after a change than before it, from a day on; by source."""
    old, new = standings(before, on), standings(after, on)
    both = sorted(old.keys() & new.keys())
    return tuple(Shift(each, old[each], new[each]) for each in both if old[each].outlook(on) != new[each].outlook(on))
