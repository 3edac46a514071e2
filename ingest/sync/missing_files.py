"""Decides which documents with missing files leave the index, and which stay.

A file deleted by hand takes its document along.
If many vanish at once (a subfolder was deleted, moved away or unmounted), it looks like a mishap: all of them keep
answering until their files are back or a person confirms the removal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from store.folder import Survey
from store.index import Absence
from text.messages import Message, MessageError, message

MOST = 20
"""More missing documents than this always need confirmation."""
SHARE = 0.2
"""A larger share of all documents also needs confirmation, from FEWEST missing on.

One of four missing documents is no sign of a mishap.
"""
FEWEST = 3
AT_ONCE_SECONDS = 600.0
"""Losses within this time count together, also across syncs and restarts."""
SETTLE_SECONDS = 5.0
"""Seconds that the watcher waits for more deletions.

Deleting a large folder takes a while.
"""
FOLDERS_NAMED = 3


class ManyMissingError(MessageError):
    """Rebuilding the index would lose documents whose files are missing."""


@dataclass(frozen=True)
class Judgement:
    """Decision on the documents whose files are missing.

    `going`: leave the index now.
    `withheld`: keep answering until the files are back or a person confirms.
    `settling`: decided later, in case more files vanish.
    `forgotten`: no longer missing, or removed long ago.
    """

    going: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    settling: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """Missing documents at one moment, and the facts for the decision.

    `documents`: all sources in the index.
    `moved`: those whose content is in the folder under another name.
    `now`: in seconds since 1970.
    """

    documents: Collection[str]
    survey: Survey
    moved: Collection[str]
    absences: Mapping[str, Absence]
    now: float

    @cached_property
    def missing(self) -> set[str]:
        """Documents whose files are gone or inaccessible."""
        return {*self.documents} - self.survey.documents.keys() - {*self.moved}

    @property
    def undecided(self) -> set[str]:
        """Missing documents whose removal no person has confirmed."""
        return self.missing - self.in_state("accepted")

    def decide(self, settle_seconds: float = 0.0) -> Judgement:
        """Decides on each missing document.

        A loss is judged once: withheld documents stay withheld, even when few of them are left.
        """
        vanished = self.undecided
        kept = {each for each in vanished if self.is_withheld(each)}
        withheld = vanished if self.is_mishap(vanished) else kept
        leaving = vanished - withheld
        settling = leaving if any(self.age(source) < settle_seconds for source in leaving) else set[str]()
        return Judgement(
            tuple(sorted(self.missing - withheld - settling)),
            tuple(sorted(withheld)),
            tuple(sorted(settling)),
            tuple(sorted(self.absences.keys() - self.missing - self.recently_removed())),
        )

    def is_withheld(self, source: str) -> bool:
        """True if a document stays however few are missing."""
        return source in self.in_state("withheld") or self.survey.hides(source)

    def is_mishap(self, vanished: Collection[str]) -> bool:
        """True if too many vanished for a deletion on purpose.

        That is: all documents, more than MOST, or a larger share than SHARE.
        """
        # an empty folder is always a mishap, also of a single document: it may be unmounted
        if vanished and not self.survey.documents:
            return True
        # recent removals count too: a folder that empties bit by bit is one loss
        removed = self.recently_removed()
        count = len(vanished) + len(removed)
        is_large_share = count >= FEWEST and count > SHARE * (len(self.documents) + len(removed))
        return bool(vanished) and (count > MOST or is_large_share)

    def recently_removed(self) -> set[str]:
        """Documents removed a short while ago because their files were deleted by hand."""
        gone = self.in_state("vanished") - {*self.documents} - self.survey.documents.keys()
        return {source for source in gone if self.age(source) < AT_ONCE_SECONDS}

    def in_state(self, state: str) -> set[str]:
        """Returns the sources in a state: `vanished`, `withheld` or `accepted`."""
        return {source for source, absence in self.absences.items() if absence.state == state}

    def age(self, source: str) -> float:
        """Seconds since a document was first seen missing.

        Never negative: after the clock was put back, a loss counts as new until `note_absences` dates it anew.
        """
        return max(0.0, self.now - self.absences[source].since) if source in self.absences else 0.0


def folder_counts(sources: Iterable[str]) -> list[tuple[str, int]]:
    """Folders of documents with their counts, largest count first.

    `/` is the knowledge folder.
    """
    found = Counter(PurePosixPath(f"/{source}").parent.as_posix() for source in sources)
    return sorted(((place[1:] or "/", count) for place, count in found.items()), key=lambda each: (-each[1], each[0]))


def name_places(sources: Iterable[str]) -> str:
    """Folders with counts in one line, such as `laws (41), guides/zh (13)`.

    At most FOLDERS_NAMED of them, then `…`.
    """
    found = [f"{folder} ({count})" for folder, count in folder_counts(sources)]
    return ", ".join([*found[:FOLDERS_NAMED], *(["…"] if len(found) > FOLDERS_NAMED else [])])


def describe_missing(withheld: Collection[str]) -> Message:
    """Problem and remedy, for the log and the command line."""
    return message("folder.missing", count=len(withheld), folders=name_places(withheld))
