"""Knowledge folder: its documents, and fingerprints of files."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from text.messages import MessageError, message, system_reason

NOT_DOCUMENTS = frozenset({"readme.md", "contacts.yaml", "contacts.yml", "thumbs.db", "desktop.ini"})
TEMPORARY = (".part", ".crdownload", ".tmp", ".partial", ".download", ".swp", "~")
SIDECAR, CORRECTIONS = ".yaml", ".pages.yaml"
"""Endings of the files beside a document, behind its whole name."""
REST_SECONDS = 2.0
"""A file changed less than this many seconds ago may still be being copied."""
AHEAD_SECONDS = 86_400.0
"""Seconds by which a file server's clock may be ahead; a file dated later is not being written."""
GROWTH_SECONDS = 0.3
"""Seconds for which such a file is watched to see if it still grows."""


class FolderUnreadableError(MessageError):
    """The knowledge folder cannot be listed.

    Missing files must not count as deleted then.
    """


@dataclass(frozen=True)
class Survey:
    """Result of listing the folder.

    `documents`: paths by source.
    `unreadable`: folders and files below the folder that cannot be accessed. A document missing there must not
    count as deleted.
    """

    documents: dict[str, Path]
    unreadable: tuple[str, ...] = ()

    def hides(self, source: str) -> bool:
        """True if a document may exist at an inaccessible path."""
        return any(source == each or source.startswith(f"{each}/") for each in self.unreadable)


def documents(folder: Path) -> dict[str, Path]:
    """Document files by source (the path below the folder, with `/`).

    Raises FolderUnreadableError if the folder cannot be listed at all.
    """
    return survey(folder).documents


def survey(folder: Path) -> Survey:
    """Lists the folder.

    Raises FolderUnreadableError if it cannot be listed at all.
    """
    if not folder.is_dir():
        raise FolderUnreadableError(message("folder.not_a_folder", folder=folder))
    files, unreadable = dict[str, Path](), list[Path]()
    for path in walk(folder, unreadable.append):
        source = path.relative_to(folder).as_posix()
        if is_document(path, source) and is_inside(path, folder):
            files[source] = path
        elif is_closed(path):
            unreadable.append(path)
    hidden = sorted(path.relative_to(folder).as_posix() for path in unreadable)
    return Survey(dict(sorted(files.items())), tuple(hidden))


def is_inside(path: Path, folder: Path) -> bool:
    """False for a link to a file outside; `walk` follows no linked folders."""
    return not path.is_symlink() or path.resolve().is_relative_to(folder.resolve())


def walk(folder: Path, skip: Callable[[Path], object] = lambda _: None) -> Iterator[Path]:
    """All files outside of hidden folders.

    `skip` is called with each folder that cannot be listed.
    Raises FolderUnreadableError if the folder itself cannot be listed.
    """

    def note(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise FolderUnreadableError(message("folder.not_read", file=error.filename, error=system_reason(error)))
        if not isinstance(error, FileNotFoundError):  # it may be deleted while it is being listed
            skip(Path(error.filename))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in names)


def is_document(path: Path, source: str) -> bool:
    """True unless hidden, temporary, a template, a sidecar or a note to staff."""
    name = path.name.lower()
    if name.startswith((".", "~$")) or name.endswith(TEMPORARY) or name in NOT_DOCUMENTS:
        return False
    return not is_sidecar(path) and source.partition("/")[0] != "templates" and is_file(path)


def is_file(path: Path) -> bool:
    """Checks that a path, or what it links to, is a regular file within reach."""
    return (seen := read_status(path)) is not None and stat.S_ISREG(seen.st_mode)


def is_closed(path: Path) -> bool:
    """True if something is there but cannot be accessed.

    Either permissions are missing or the disk does not answer.
    """
    try:
        path.stat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError)
    return False


def is_sidecar(path: Path) -> bool:
    """Checks that a name ends in `.yaml` or `.yml`, in either case."""
    return path.suffix.lower() in {".yaml", ".yml"}


def sidecar(path: Path) -> Path:
    """Path of the metadata file for a file without front matter: `NAME.EXT.yaml`."""
    return path.with_name(path.name + SIDECAR)


def corrections(path: Path) -> Path:
    """Path of the page corrections made by staff: `NAME.EXT.pages.yaml`."""
    return path.with_name(path.name + CORRECTIONS)


def with_sidecars(path: Path) -> tuple[Path, ...]:
    """A file and its possible sidecars, which are moved, removed and read together."""
    return path, sidecar(path), corrections(path)


def remove_with_sidecars(path: Path) -> None:
    """Deletes a file with its sidecars.

    The file goes first, so that it is never read without its sidecars.
    Raises OSError if one of them cannot be deleted.
    """
    for each in with_sidecars(path):
        each.unlink(missing_ok=True)


def stat_signature(path: Path) -> str:
    """Sizes and modification times of a file and its sidecars, without reading them."""
    names = (f"{path}{ending}" for ending in ("", SIDECAR, CORRECTIONS))  # the watch takes many: no path for each
    return " ".join(f"{seen.st_size}:{seen.st_mtime_ns}" for each in names if (seen := read_status(each)))


def last_change(path: Path) -> float | None:
    """Last modification of a file or its sidecars, in seconds since 1970.

    None if all are gone.
    """
    return max((seen.st_mtime for each in with_sidecars(path) if (seen := read_status(each))), default=None)


def read_status(path: Path | str) -> os.stat_result | None:
    """Returns the status of a file, or of what it links to.

    None if it is missing or cannot be accessed.
    """
    try:
        return os.stat(path)  # noqa: PTH116  # a third less time than Path.stat
    except OSError:
        return None


def content_hash(path: Path) -> str:
    """`FILE-SIDECARS`: SHA-256 of a file, and one of its sidecars.

    "" if one of them cannot be read.
    """
    beside = hashlib.sha256()
    try:
        for each in with_sidecars(path)[1:]:
            if each.exists():
                beside.update(bytes.fromhex(content(each)))
        return f"{content(path)}-{beside.hexdigest()}"
    except OSError:
        return ""


def content(path: Path) -> str:
    """SHA-256 of a file alone, in hexadecimal digits.

    Raises OSError if it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path) -> str:
    """Fingerprint of a file: `look|digest`.

    The look of a file that has just changed is left out, because it may change again unnoticed.
    """
    seen = stat_signature(path)
    return f"{'' if is_young(path) else seen}|{content_hash(path)}"


def content_of_fingerprint(fingerprint: str) -> str:
    """SHA-256 of the file alone from its fingerprint; "" if unknown."""
    parts = fingerprint.split("|")
    return parts[1].partition("-")[0] if len(parts) > 1 and "-" in parts[1] else ""


def is_young(path: Path) -> bool:
    """Checks that a file was changed less than REST_SECONDS ago; False if it is gone.

    Also False if it is dated more than AHEAD_SECONDS ahead.
    """
    return (seen := read_status(path)) is not None and -AHEAD_SECONDS < time.time() - seen.st_mtime < REST_SECONDS


def find_unsettled(files: dict[str, Path]) -> set[str]:
    """Sources whose size still changes or that vanish; they wait for the next sync."""
    young = {source: size(path) for source, path in files.items() if is_young(path)}
    if young:
        time.sleep(GROWTH_SECONDS)
    return {source for source, before in young.items() if (now := size(files[source])) is None or now != before}


def size(path: Path) -> int | None:
    """Returns the size of a file in bytes.

    None if it is gone or cannot be accessed.
    """
    return seen.st_size if (seen := read_status(path)) else None


def is_speakable(source: str) -> bool:
    """True for a name in valid UTF-8, which names from old archives often are not."""
    return source == speakable(source)


def speakable(source: str) -> str:
    """Displayable and storable name: invalid UTF-8 becomes the replacement character."""
    return source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
