"""Drafts that may have become law."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.documents import Metadata
from text.lexicon.load import alternatives, bodies
from text.titles import normalise_title

AGE = timedelta(days=183)
"""Half a year: by then most drafts have been adopted or dropped."""
MARK = re.compile(
    rf"[（(](?:{alternatives('draft.in_brackets')})[^）)]*[）)]|{alternatives('draft.anywhere')}"
    rf"|(?:{bodies('draft.at_end')})$|^(?:{bodies('draft.at_beginning')}):? ",
    re.IGNORECASE,
)
"""Marks of drafts in titles."""


class DraftReason(StrEnum):
    """Reason to look at a draft.

    Its final text is in the folder, its effective date is past, or it is old.
    """

    ADOPTED = "adopted"
    BEGUN = "begun"
    OLD = "old"


@dataclass(frozen=True)
class Draft:
    """A draft to look at.

    `since`: its effective date if that is the reason, else the day of issue or last review; None if unknown.
    `final`: source of its final text; "" if it is not in the folder.
    """

    source: str
    why: DraftReason
    since: date | None = None
    final: str = ""


def is_draft(metadata: Metadata) -> bool:
    """True if the status says draft, or the title does and there is no status."""
    return metadata.status == "draft" or (metadata.status is None and bool(MARK.search(metadata.title)))


def drafts(documents: Mapping[str, Metadata], today: date) -> Iterator[Draft]:
    """Drafts to look at. A review postpones the reasons that are mere suspicion.

    These are the effective date and the age.
    """
    finals = {
        (normalise_title(each.title), each.language): source
        for source, each in documents.items()
        if each.title and not is_draft(each)
    }
    for source, metadata in documents.items():
        if is_draft(metadata) and not metadata.translation_of:
            plain = normalise_title(MARK.sub("", metadata.title))
            final = finals.get((plain, metadata.language), "")
            if final:
                yield Draft(source, DraftReason.ADOPTED, metadata.issued, final)
            else:
                yield from find_suspected(source, metadata, today)


def find_suspected(source: str, metadata: Metadata, today: date) -> Iterator[Draft]:
    """Yields a draft whose effective date is past, or else one that is old.

    A later review postpones both.
    """
    begun = metadata.effective_from
    looked_at = max(filter(None, (metadata.issued, metadata.reviewed_on)), default=None)
    if begun and begun <= today and not (metadata.reviewed_on and metadata.reviewed_on >= begun):
        yield Draft(source, DraftReason.BEGUN, begun)
    elif looked_at and looked_at < today - AGE:
        yield Draft(source, DraftReason.OLD, looked_at)
