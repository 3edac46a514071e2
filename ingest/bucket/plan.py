"""Plan of a mirror round, from folder, bucket and the state of the last round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.sync.missing_files import FEWEST, MOST, SHARE
from store.folder import TEMPORARY


@dataclass(frozen=True)
class Known:
    """State of a file that was equal in both places.

    `etag`: in the bucket. `look`: its size and time in the folder.
    """

    etag: str
    look: str


@dataclass(frozen=True)
class MirrorPlan:
    """Sources by what is done with them.

    `disputed`: changed in both, or equal by chance.
    `forgotten`: gone from both.
    """

    down: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    removed_here: tuple[str, ...] = ()
    removed_there: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


def plan_round(there: Mapping[str, str], here: Mapping[str, str], known: Mapping[str, Known]) -> MirrorPlan:
    """Compares etags in the bucket, looks in the folder, and both as they were.

    A change wins over a removal.
    """
    steps: dict[str, list[str]] = {}
    for source in sorted({*there, *here, *known}):
        was = known.get(source)
        is_new_there = there.get(source) != (was.etag if was else None)
        is_new_here = here.get(source) != (was.look if was else None)
        if source not in there and source not in here:
            steps.setdefault("forgotten", []).append(source)
        elif is_new_there and is_new_here and source in there and source in here:
            steps.setdefault("disputed", []).append(source)
        elif is_new_there and source in there:
            steps.setdefault("down", []).append(source)
        elif is_new_here and source in here:
            steps.setdefault("up", []).append(source)
        elif is_new_there:
            steps.setdefault("removed_here", []).append(source)
        elif is_new_here:
            steps.setdefault("removed_there", []).append(source)
    return MirrorPlan(**{name: tuple(sources) for name, sources in steps.items()})


def looks_like_a_mishap(removed: int, known: int) -> bool:
    """True if so many known files are gone that a person must confirm it.

    The thresholds are those of the index.
    """
    return removed > MOST or (removed >= FEWEST and removed > SHARE * known)


def is_mirrored(source: str) -> bool:
    """True unless a file is hidden or temporary, or its key is unsafe.

    Markers of folders and keys that lead out of the folder are unsafe.
    """
    path = PurePosixPath(source)
    is_inside = bool(path.parts) and not path.is_absolute() and path.as_posix() == source and "\0" not in source
    is_temporary = path.name.startswith("~$") or path.name.lower().endswith(TEMPORARY)
    return is_inside and not is_temporary and not any(part.startswith(".") for part in path.parts)
