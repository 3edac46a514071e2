"""Documents that may close a gap, to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from bot.diagnostics.knowledge_gaps import Gap
from web.staff.context import StaffContext
from web.staff.formatting import title_of
from web.staff.source_search import is_found

OFFERED = 8
"""Documents that can be chosen."""


@dataclass(frozen=True)
class Offered:
    """A document that may close a gap; `changed` is in seconds since 1970.

    `is_foreign`: it is in another language than the gap. `lists_it`: its `also_asked` has a question of the gap, as a
    page written for it has.
    """

    source: str
    title: str
    changed: float
    is_foreign: bool = False
    lists_it: bool = False


def list_offered(room: StaffContext, find: str, gap: Gap) -> list[Offered]:
    """Returns documents with the search words in title or path.

    Those that list a question of the gap come first, then those in its language, then the latest change.
    """
    language, wordings = gap.first.language, frozenset(gap.wordings)
    known = [
        Offered(
            source,
            title_of(metadata, source),
            last_change(room, source),
            metadata.language != language,
            not wordings.isdisjoint(metadata.also_asked),
        )
        for source, metadata in room.index.documents().items()
        if is_found(find, source, metadata)
    ]
    return sorted(known, key=lambda each: (not each.lists_it, each.is_foreign, -each.changed, each.source))[:OFFERED]


def last_change(room: StaffContext, source: str) -> float:
    """Returns the time of the last change of a file; 0 if the file is gone."""
    try:
        return (room.settings.knowledge_dir / source).stat().st_ctime
    except OSError:
        return 0.0
