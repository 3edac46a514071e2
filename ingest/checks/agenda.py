"""Agenda of the staff on a day, calculated once for each state of the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ingest.checks.deadlines import DeadlineKind, Due, TextOf, due
from ingest.checks.drafts import Draft, drafts, is_draft
from ingest.checks.duplicates import Twins, twins
from store.documents import Metadata
from store.index import Index
from store.validity import find_replacements

SOON = 30
"""Deadlines within this many days count in the menu."""
AHEAD = 90
"""Documents that end within this many days end soon."""


@dataclass(frozen=True)
class Agenda:
    """Tasks on a day.

    `due`: deadlines by day.
    `unclear`, `clear`: pairs of duplicates whose dates do not, or do, show which document is valid.
    `drafts`: drafts to look at.
    """

    today: date
    due: tuple[Due, ...]
    unclear: tuple[Twins, ...]
    clear: tuple[Twins, ...]
    drafts: tuple[Draft, ...]

    @property
    def overdue(self) -> tuple[Due, ...]:
        """The deadlines before today, by day."""
        return tuple(each for each in self.due if each.on < self.today)

    def coming(self, days: int) -> tuple[Due, ...]:
        """Deadlines from today on within this many days."""
        return tuple(each for each in self.due if self.today <= each.on <= self.today + timedelta(days))

    @property
    def ending(self) -> tuple[Due, ...]:
        """Documents that end within AHEAD days."""
        return tuple(each for each in self.coming(AHEAD) if each.what in (DeadlineKind.ENDS, DeadlineKind.TRIAL_ENDS))

    @property
    def waiting(self) -> int:
        """Number of open tasks: overdue or due soon, unclear pairs, drafts."""
        soon = [each for each in self.coming(SOON) if each.what is not DeadlineKind.BEGINS]
        return len(self.overdue) + len(soon) + len(self.unclear) + len(self.drafts)


class Agendas:
    """Agenda of a day, calculated again when the index or the day changes."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.known: tuple[str, Agenda] | None = None

    def on(self, today: date) -> Agenda:
        """Returns the agenda of a day, the same one until index or day change."""
        generation = self.index.generation
        if self.known is None or self.known[0] != generation or self.known[1].today != today:
            self.known = generation, agenda(self.index.documents(), today, self.text_of)
        return self.known[1]

    def text_of(self, source: str) -> str:
        """Returns the text of a document; "" if it is not in the index."""
        document = self.index.document(source)
        return document.text if document else ""


def agenda(documents: dict[str, Metadata], today: date, text_of: TextOf) -> Agenda:
    """Returns the agenda of a day; pairs with a draft are left out.

    Clear pairs are left out if their valid document has been replaced as well.
    """
    replaced = find_replacements(documents)
    pairs = [
        pair for pair in twins(documents) if not (is_draft(documents[pair.first]) or is_draft(documents[pair.second]))
    ]
    return Agenda(
        today,
        tuple(due(documents, today, text_of)),
        tuple(pair for pair in pairs if not pair.counts),
        tuple(pair for pair in pairs if pair.counts and pair.counts not in replaced),
        tuple(drafts(documents, today)),
    )
