"""The knowledge folder: which files are documents, and how each looks."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_DOCUMENTS = frozenset({"readme.md", "contacts.yaml", "contacts.yml", "thumbs.db", "desktop.ini"})
TEMPORARY = (".part", ".crdownload", ".tmp", ".partial", ".download", ".swp", "~")
REST_SECONDS = 2.0
"""A file whose last change is younger may still be on its way."""
GROWTH_SECONDS = 0.3
"""How long a sync watches whether such a file still grows."""


class FolderUnreadable(Exception):
    """The knowledge folder cannot be listed; nothing may be concluded from what is missing."""


@dataclass(frozen=True)
class Survey:
    """What a look at the folder found: the documents by source, and the paths below it (folders and files) that cannot
    be looked at. Nothing may be concluded from what is missing there."""

    documents: dict[str, Path]
    unreadable: tuple[str, ...] = ()

    def hides(self, source: str) -> bool:
        """Whether a document may be there although it is not seen."""
        return any(source == each or source.startswith(f"{each}/") for each in self.unreadable)


def documents(folder: Path) -> dict[str, Path]:
    """The files that are documents, by source (the path below the folder, with `/`). Raises FolderUnreadable."""
    return survey(folder).documents


def survey(folder: Path) -> Survey:
    """Looks through the folder. Raises FolderUnreadable where it cannot be listed at all."""
    if not folder.is_dir():
        raise FolderUnreadable(
            f"{folder} is not a folder. Set ASSISTANT_KNOWLEDGE_DIR to the folder with the documents."
        )
    root = folder.resolve()
    unreadable: list[Path] = []
    files = {}
    for path in walk(folder, unreadable.append):
        if is_document(path, folder):
            files[path.relative_to(folder).as_posix()] = path
        elif is_closed(path):
            unreadable.append(path)
    return Survey(
        {source: path for source, path in sorted(files.items()) if path.resolve().is_relative_to(root)},
        tuple(sorted(path.relative_to(folder).as_posix() for path in unreadable)),
    )


def walk(folder: Path, skip: Callable[[Path], object] = lambda _: None) -> Iterator[Path]:
    """All files that are not hidden. `skip` is told of each folder that cannot be listed. Raises FolderUnreadable."""

    def note(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise FolderUnreadable(
                f"{error.filename} cannot be read ({error.strerror}). Give this user the right to read it."
            )
        if not isinstance(error, FileNotFoundError):  # it may be deleted while it is being listed
            skip(Path(error.filename))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in names)


def is_document(path: Path, folder: Path) -> bool:
    """Whether a file counts: not hidden, temporary, a template, a sidecar or a note to the staff."""
    name = path.name.lower()
    if name.startswith((".", "~$")) or name.endswith(TEMPORARY) or name in NOT_DOCUMENTS:
        return False
    return not is_sidecar(path) and path.relative_to(folder).parts[0] != "templates" and is_file(path)


def is_file(path: Path) -> bool:
    seen = seen_from(path)
    return seen is not None and stat.S_ISREG(seen.st_mode)


def is_closed(path: Path) -> bool:
    """Whether something is there but cannot be looked at: no right to, or a disk that does not answer."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def is_sidecar(path: Path) -> bool:
    return path.suffix.lower() in {".yaml", ".yml"}


def sidecar(path: Path) -> Path:
    """Where the metadata of a file that has no front matter may lie: `NAME.EXT.yaml`."""
    return path.with_name(path.name + ".yaml")


def corrections(path: Path) -> Path:
    """Where pages of a file that the staff have corrected by hand may lie: `NAME.EXT.pages.yaml`."""
    return path.with_name(path.name + ".pages.yaml")


def with_sidecars(path: Path) -> tuple[Path, ...]:
    """A file and what may lie beside it: what is moved, removed and read together."""
    return path, sidecar(path), corrections(path)


def remove(path: Path) -> None:
    """Deletes a file with its sidecars, the file first: it is never read without them. Raises OSError."""
    for each in with_sidecars(path):
        each.unlink(missing_ok=True)


def look(path: Path) -> str:
    """How a file and its sidecars look from outside: sizes and times of change, without reading them."""
    return " ".join(f"{seen.st_size}:{seen.st_mtime_ns}" for each in with_sidecars(path) if (seen := seen_from(each)))


def last_change(path: Path) -> float | None:
    """When a file or one of its sidecars was changed last, in seconds since 1970; None where it is gone."""
    return max((seen.st_mtime for each in with_sidecars(path) if (seen := seen_from(each))), default=None)


def seen_from(path: Path) -> os.stat_result | None:
    """What the folder tells of a file; None where it was deleted meanwhile or may not be looked at."""
    try:
        return path.stat()
    except OSError:
        return None


def digest(path: Path) -> str:
    """`FILE-BESIDE`, the SHA-256 of a file and that of its sidecars; empty where one of them cannot be read."""
    beside = hashlib.sha256()
    try:
        for each in with_sidecars(path)[1:]:
            if each.exists():
                beside.update(bytes.fromhex(content(each)))
        return f"{content(path)}-{beside.hexdigest()}"
    except OSError:
        return ""


def content(path: Path) -> str:
    """The SHA-256 of a file alone. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> str:
    """`look|digest`. The look of a file that was just changed is left out: it may change again unnoticed."""
    seen = look(path)
    return f"{'' if is_young(path) else seen}|{digest(path)}"


def stamped_content(stamp: str) -> str:
    """The SHA-256 that a file alone had when it was stamped; empty where that is not known."""
    parts = stamp.split("|")
    return parts[1].partition("-")[0] if len(parts) > 1 and "-" in parts[1] else ""


def is_young(path: Path) -> bool:
    seen = seen_from(path)
    return seen is not None and time.time() - seen.st_mtime < REST_SECONDS


def unrested(files: dict[str, Path]) -> set[str]:
    """The sources whose size still changes or that vanish: they wait for the next sync."""
    young = {source: size(path) for source, path in files.items() if is_young(path)}
    if young:
        time.sleep(GROWTH_SECONDS)
    return {source for source, before in young.items() if (now := size(files[source])) is None or now != before}


def size(path: Path) -> int | None:
    seen = seen_from(path)
    return seen.st_size if seen else None


def is_speakable(source: str) -> bool:
    """Whether a name is valid UTF-8, which names from old archives often are not."""
    return source == speakable(source)


def speakable(source: str) -> str:
    """A name as it can be shown and stored: bytes that are no UTF-8 become the replacement character."""
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
