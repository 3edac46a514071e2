"""How far files in the folder have come: until they are answered from, by words and by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from store import folder
from store.index import Index

HowFar = Literal["gone", "failed", "reading", "words", "meaning"]
"""Not there any more; could not be read; not read yet; found by words; found by words and by meaning."""

MOST_REMEMBERED = 300
"""Files whose digest is remembered."""


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
    """Whether a file is as it was when it was given its stamp: by its look, else by its content."""
    seen, _, rest = stamp.partition("|")
    look = folder.look(path)
    if not rest or not look:
        return False
    if seen == look:
        return True
    digest = folder.digest(path) if folder.is_young(path) else digest_at(path, look)
    return digest == rest.split("|")[0]


@lru_cache(MOST_REMEMBERED)
def digest_at(path: Path, _look: str) -> str:
    """The digest of a file that has rested, read once for each look: who waits asks every other second."""
    return folder.digest(path)
