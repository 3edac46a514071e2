"""How far files in the folder have come: until they are answered from, by words and by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest import folder
from ingest.index import Index

HowFar = Literal["gone", "failed", "reading", "words", "meaning"]
"""Not there any more; could not be read; not read yet; found by words; found by words and by meaning."""


@dataclass(frozen=True)
class Standing:
    """What the index holds at one moment: stamps by source, and the sources that failed or are found by meaning."""

    stamps: Mapping[str, str]
    failed: frozenset[str]
    embedded: frozenset[str]

    @classmethod
    def of(cls, index: Index) -> Standing:
        failed = frozenset(failure.source for failure in index.failures())
        return cls(index.stamps(), failed, frozenset(each.source for each in index.entries() if each.embedded))

    def how_far(self, source: str, knowledge_dir: Path) -> HowFar:
        if not (knowledge_dir / source).is_file():
            return "gone"
        if source in self.failed:
            return "failed"
        if not is_read(knowledge_dir / source, self.stamps.get(source, "")):
            return "reading"
        return "meaning" if source in self.embedded else "words"


def is_read(path: Path, stamp: str) -> bool:
    """Whether a file is as it was when it was given its stamp."""
    known = stamp.split("|")
    return len(known) > 1 and path.is_file() and known[1] == folder.digest(path)
