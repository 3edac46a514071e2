"""Checks that the content of a file matches its suffix."""

from __future__ import annotations

import codecs
from pathlib import Path

from ingest.loaders.formats import IMAGES, LEGACY, kind_of
from ingest.uploads.file_names import UploadRefusedError

FAMILIES = (
    frozenset({".doc", ".docx", ".docm", ".wps", ".rtf"}),
    frozenset({".xls", ".xlsx", ".xlsm", ".et"}),
    frozenset({".ppt", ".pptx", ".dps"}),
    frozenset({".md", ".markdown", ".txt", ".csv", ".tsv", ".html", ".htm", ".eml"}),
    IMAGES,
    frozenset({".pdf"}),
    frozenset({".ofd"}),
)
"""Types opened by the same programs, so that a mixed-up suffix is harmless."""
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"RIFF")
WITH_ZEROS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_content(path: Path, suffix: str) -> None:
    """Checks the first bytes of a file against its suffix.

    Raises UploadRefusedError if they show another type, and UnreadableFileError if no type is found.
    """
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise UploadRefusedError("empty")
    if head.startswith(PROGRAMS):
        raise UploadRefusedError("program")
    kind = kind_of(path, suffix)
    if kind == ".html" and suffix in LEGACY:
        return  # many web sites serve HTML as .doc and .xls
    if kind == suffix and is_as_named(head, suffix):
        return
    if kind != suffix and any({kind, suffix} <= family for family in FAMILIES):
        return
    raise (
        UploadRefusedError("content", suffix=suffix, kind=kind)
        if kind != suffix
        else UploadRefusedError("damaged", suffix=suffix)
    )


def is_as_named(head: bytes, suffix: str) -> bool:
    """True if a file without a signature may have the type of its suffix.

    `kind_of` falls back to the suffix for such files.
    """
    if suffix == ".pdf":
        return b"%PDF-" in head
    if suffix in IMAGES:
        return head.startswith(PICTURES)
    return b"\0" not in head or head.startswith(WITH_ZEROS) or not is_text(suffix)


def is_text(suffix: str) -> bool:
    """Checks that a suffix is that of a text format."""
    return suffix in FAMILIES[3]
