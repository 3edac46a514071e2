"""Which documents may leave the index because their files are gone, and which look like a mishap.

A file deleted by hand takes its document along. When many vanish at once (a subfolder was deleted, moved away or
unmounted), all of them keep answering until their files are back or somebody confirms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from store.folder import Survey
from store.index import Absence
from store.messages import Message, MessageError, message

MOST = 20
"""More documents than this never vanish without a question."""
SHARE = 0.2
"""Nor does a larger share of all documents, if there are at least FEWEST: one of four is no sign of a mishap."""
FEWEST = 3
AT_ONCE_SECONDS = 600.0
"""What vanishes within this time counts together, also across syncs and restarts."""
SETTLE_SECONDS = 5.0
"""How long the watch waits after a deletion for the next: a large folder takes a while to be deleted."""
FOLDERS_NAMED = 3


class ManyMissing(MessageError):
    """Making the index anew would lose documents whose files are missing."""


@dataclass(frozen=True)
class Judgement:
    """What becomes of the documents whose files are missing. `going` leave the index now, `withheld` keep answering,
    `settling` are judged later. `forgotten` are no longer missing, or went long ago."""

    going: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    settling: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """What is known of the missing documents at one moment.

    `documents` are all that the index holds. `moved` are those whose content lies in the folder under another name.
    `now` is in seconds since 1970.
    """

    documents: Collection[str]
    survey: Survey
    moved: Collection[str]
    absences: Mapping[str, Absence]
    now: float

    @cached_property
    def missing(self) -> set[str]:
        """The documents whose files are gone or cannot be looked at."""
        return {*self.documents} - self.survey.documents.keys() - {*self.moved}

    @property
    def undecided(self) -> set[str]:
        """The missing ones of which nobody has said that they may go."""
        return self.missing - self.in_state("accepted")

    def judge(self, settle_seconds: float = 0.0) -> Judgement:
        """Decides on each. A single loss is decided once: what is withheld stays so, however few are left of it."""
        vanished = self.undecided
        kept = {each for each in vanished if self.is_withheld(each)}
        withheld = vanished if self.is_mishap(vanished) else kept
        leaving = vanished - withheld
        settling = leaving if any(self.age(source) < settle_seconds for source in leaving) else set[str]()
        return Judgement(
            tuple(sorted(self.missing - withheld - settling)),
            tuple(sorted(withheld)),
            tuple(sorted(settling)),
            tuple(sorted(self.absences.keys() - self.missing - self.removed())),
        )

    def is_withheld(self, source: str) -> bool:
        """Whether a document stays however few are missing."""
        return source in self.in_state("withheld") or self.survey.hides(source)

    def is_mishap(self, vanished: Collection[str]) -> bool:
        """Whether too many vanished for each to have been deleted on purpose: all of them, or MOST or SHARE."""
        if vanished and not self.survey.documents:
            return True
        removed = self.removed()
        count = len(vanished) + len(removed)
        is_large_share = count >= FEWEST and count > SHARE * (len(self.documents) + len(removed))
        return bool(vanished) and (count > MOST or is_large_share)

    def removed(self) -> set[str]:
        """The documents that left a short while ago because their files were deleted by hand."""
        gone = self.in_state("vanished") - {*self.documents} - self.survey.documents.keys()
        return {source for source in gone if self.age(source) < AT_ONCE_SECONDS}

    def in_state(self, state: str) -> set[str]:
        return {source for source, absence in self.absences.items() if absence.state == state}

    def age(self, source: str) -> float:
        """Seconds since a document was first seen missing; a clock that was put back makes it no older or younger."""
        return abs(self.now - self.absences[source].since) if source in self.absences else 0.0


def places(sources: Iterable[str]) -> list[tuple[str, int]]:
    """The folders of documents (`/` is the knowledge folder), each with how many lie there, the fullest first."""
    found = Counter(PurePosixPath(f"/{source}").parent.as_posix() for source in sources)
    return sorted(((place[1:] or "/", count) for place, count in found.items()), key=lambda each: (-each[1], each[0]))


def name_places(sources: Iterable[str]) -> str:
    """The same in a line, such as `laws (41), guides/zh (13)`; after FOLDERS_NAMED comes `…`."""
    found = [f"{folder} ({count})" for folder, count in places(sources)]
    return ", ".join([*found[:FOLDERS_NAMED], *(["…"] if len(found) > FOLDERS_NAMED else [])])


def describe_missing(withheld: Collection[str]) -> Message:
    """What is wrong and what to do, for the log and the command line."""
    return message("folder.missing", count=len(withheld), folders=name_places(withheld))
