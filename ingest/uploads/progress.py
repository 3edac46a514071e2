"""Progress of files in the folder: until both searches find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from store import folder
from store.index import Index

HowFar = Literal["gone", "replaced", "failed", "reading", "words", "meaning"]
"""Deleted; replaced by another file; unreadable; not read yet; found by full text; also found by vectors."""

MOST_REMEMBERED = 300
"""Number of files whose digest is cached."""


@dataclass(frozen=True)
class IndexSnapshot:
    """State of the index at one moment.

    `fingerprints`: fingerprints by source.
    `failed`, `embedded`: sources.
    """

    fingerprints: Mapping[str, str]
    failed: frozenset[str]
    embedded: frozenset[str]

    @classmethod
    def of(cls, index: Index) -> IndexSnapshot:
        """Reads the present state of an index."""
        failed = frozenset(failure.source for failure in index.failures())
        return cls(index.fingerprints(), failed, frozenset(each.source for each in index.entries() if each.embedded))

    def how_far(self, source: str, knowledge_dir: Path) -> HowFar:
        """Returns the progress of a file in the knowledge folder, as of this snapshot."""
        if not (knowledge_dir / source).is_file():
            return "gone"
        if source in self.failed:
            return "failed"
        if not is_read(knowledge_dir / source, self.fingerprints.get(source, "")):
            return "reading"
        return "meaning" if source in self.embedded else "words"


def is_read(path: Path, fingerprint: str) -> bool:
    """True if a file is as it was when the index read it.

    Compares size and time, then the content.
    """
    seen, _, rest = fingerprint.partition("|")
    look = folder.stat_signature(path)
    if not rest or not look:
        return False
    if seen == look:
        return True
    digest = folder.content_hash(path) if folder.is_young(path) else digest_at(path, look)
    return digest == rest.split("|")[0]


@lru_cache(MOST_REMEMBERED)
def digest_at(path: Path, _look: str) -> str:
    """Digest of a file that no longer changes, read once per look.

    The page asks every other second.
    """
    return folder.content_hash(path)
