"""Rules for names of uploaded files and folders."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path, PurePosixPath

from ingest.loaders import SUFFIXES
from store.folder import NOT_DOCUMENTS, TEMPORARY, is_sidecar

LONGEST = 200
"""Maximum bytes of a name in UTF-8.

Most file systems allow 255; sidecars and copies add some.
"""
DEEPEST = 6
RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:\..*)?", re.IGNORECASE)
"""Device names of Windows (Microsoft, Naming Files, Paths, and Namespaces)."""
FORBIDDEN = frozenset('<>:"|?*/\\')
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: control characters, direction marks, unpaired surrogates."""


class UploadRefusedError(Exception):
    """An upload that is not accepted.

    `key` is the reason and `values` its parameters; the page has the sentences.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


def check_file_name(name: str) -> str:
    """Returns the name of a document in the folder: as given, in NFC.

    Raises UploadRefusedError if it is that of no document, has an unknown suffix, or fails `check_name_part`.
    """
    name = check_name_part(name)
    if is_sidecar(Path(name)):
        raise UploadRefusedError("sidecar")
    if name.startswith("~$") or name.lower().endswith(TEMPORARY) or name.lower() in NOT_DOCUMENTS:
        raise UploadRefusedError("no_document", name=name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UploadRefusedError("type", suffix=suffix or name, known=list_known_types())
    return name


def list_known_types() -> str:
    """Returns the known suffixes for a message: `bmp, csv, …`."""
    return ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))


def check_name_part(name: str) -> str:
    """Name of a file or folder, in NFC, that every system can store and show.

    Raises UploadRefusedError if it is empty, reserved or too long, has forbidden characters, or a dot at either end.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if any(unicodedata.category(each) in INVISIBLE for each in name):
        raise UploadRefusedError("invisible")
    if bad := sorted(FORBIDDEN.intersection(name)):
        raise UploadRefusedError("characters", characters=" ".join(bad))
    if not name or name.startswith(".") or name.endswith("."):
        raise UploadRefusedError("dot")
    if RESERVED.fullmatch(name):
        raise UploadRefusedError("reserved", name=name)
    if len(name.encode()) > LONGEST:
        raise UploadRefusedError("long", most=LONGEST // 3)
    return name


def check_folder_name(folder: str, knowledge_dir: Path) -> str:
    """Existing or new folder below the knowledge folder; "" for the knowledge folder.

    Raises UploadRefusedError if a new one fails `check_name_part`, is too deep, or is for templates or outside.
    """
    if not folder or folder in folders(knowledge_dir):
        return folder
    parts = [check_name_part(part) for part in folder.strip().strip("/").split("/")]
    if parts[0].lower() == "templates" or len(parts) > DEEPEST:
        raise UploadRefusedError("folder", deepest=DEEPEST)
    if not (knowledge_dir / "/".join(parts)).resolve().is_relative_to(knowledge_dir.resolve()):
        raise UploadRefusedError("folder", deepest=DEEPEST)
    return "/".join(parts)


def folders(knowledge_dir: Path) -> list[str]:
    """Folders below the knowledge folder for documents, as paths with `/`."""
    found, root = [], knowledge_dir.resolve()
    for parent, names, _ in os.walk(knowledge_dir):
        names[:] = [name for name in names if not name.startswith(".") and name != "templates"]
        inside = [Path(parent) / name for name in names if (Path(parent) / name).resolve().is_relative_to(root)]
        found += [path.relative_to(knowledge_dir).as_posix() for path in inside]
    return sorted(found)


def free_source(knowledge_dir: Path, folder: str, name: str) -> str:
    """Source for a new file in a folder; `NAME (2).EXT` if the name is taken."""
    path = PurePosixPath(name)
    number, free = 1, name
    while find_same_name(knowledge_dir, folder, free):
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return source_of(folder, free)


def find_same_name(knowledge_dir: Path, folder: str, name: str) -> str:
    """Source of the file with this name in a folder, or "".

    Names that differ only in case are equal, as on Windows and macOS.
    """
    place = knowledge_dir / folder
    if not place.is_dir():
        return ""
    names = sorted(each.name for each in place.iterdir())
    same = (each for each in names if as_compared(each) == as_compared(name))
    return next((source_of(folder, each) for each in same), "")


def as_compared(name: str) -> str:
    """Returns a name as it is compared: in NFC, and without case."""
    return unicodedata.normalize("NFC", name).casefold()


def source_of(folder: str, name: str) -> str:
    """Returns the source of a file in a folder; "" is the knowledge folder."""
    return f"{folder}/{name}" if folder else name
