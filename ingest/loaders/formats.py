"""Chooses the loader of a file by its first bytes, then by its suffix."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from math import inf
from pathlib import Path
from typing import cast

from store.documents import LoadedText, UnreadableFileError
from text.messages import message

READERS = {
    ".md": "markdown.read_markdown",
    ".markdown": "markdown.read_markdown",
    ".txt": "plain_text.read_plain",
    ".docx": "word.read_word",
    ".docm": "word.read_word",
    ".pptx": "powerpoint.read_slides",
    ".xlsx": "excel.read_workbook",
    ".xlsm": "excel.read_workbook",
    ".csv": "excel.read_csv",
    ".tsv": "excel.read_csv",
    ".html": "html.read_html",
    ".htm": "html.read_html",
    ".rtf": "rtf.read_rtf",
    ".eml": "mail.read_mail",
}
IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
LEGACY = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".xls": ".xlsx",
    ".et": ".xlsx",
    ".ppt": ".pptx",
    ".dps": ".pptx",
    ".ofd": ".pdf",
}
"""Legacy formats, and the formats that LibreOffice converts them to."""

SUFFIXES = frozenset({*READERS, *IMAGES, *LEGACY, ".pdf"})
READER_MODULES = tuple(
    sorted({f"ingest.loaders.{reader.rpartition('.')[0]}" for reader in (*READERS.values(), "pdf.read_pdf.read_pdf")})
)

SIGNATURES = (
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
)
PARTS = (("word/", ".docx"), ("ppt/", ".pptx"), ("xl/", ".xlsx"), ("OFD.xml", ".ofd"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_FORM = {".xlsx": ".xls", ".xlsm": ".xls", ".pptx": ".ppt"}
OPEN_XML = frozenset({".docx", ".docm", ".pptx", ".xlsx", ".xlsm"})
MOST_UNPACKED = 1 << 30
COPY_AGAIN = message("file.copy_again")


def read_by_format(path: Path, suffix: str, ocr: bool, ocr_seconds: float = inf) -> LoadedText:
    """Reads a file in this process; `suffix` is that of its name.

    After `ocr_seconds` OCR stops, with a note on the pages left out.
    Raises UnreadableFileError if the file has no text, or cannot be read for another reason.
    """
    kind = kind_of(path, suffix)
    if kind == ".pdf":
        from ingest.loaders.pdf.read_pdf import read_pdf

        result = read_pdf(path, ocr, ocr_seconds)
    elif kind in IMAGES:
        result = read_picture(path, ocr, ocr_seconds)
    elif kind in LEGACY:
        result = read_converted(path, kind, ocr, ocr_seconds)
    else:
        result = reader(READERS[kind])(path)
    if not result.text.strip():
        raise UnreadableFileError(message("file.no_text"), message("file.print_to_pdf"))
    return result


def reader(name: str) -> Callable[[Path], LoadedText]:
    """Imports a loader, named as in READERS, and returns it."""
    module, _, function = name.rpartition(".")
    return cast("Callable[[Path], LoadedText]", getattr(import_module(f"ingest.loaders.{module}"), function))


def read_picture(path: Path, ocr: bool, seconds: float) -> LoadedText:
    """Reads a picture by OCR.

    Raises UnreadableFileError if OCR is off.
    """
    if not ocr:
        raise UnreadableFileError(message("file.picture_without_ocr"), message("file.switch_ocr_on_or_type"))
    from ingest.loaders.pages.ocr import read_image

    return read_image(path, seconds)


def read_converted(path: Path, suffix: str, ocr: bool, ocr_seconds: float) -> LoadedText:
    """Reads a legacy file by way of LibreOffice, with a note on the conversion."""
    from ingest.loaders.libreoffice import open_converted

    with open_converted(path, suffix, LEGACY[suffix]) as modern:
        result = read_by_format(modern, LEGACY[suffix], ocr, ocr_seconds)
    return replace(result, quality=replace(result.quality, notes=(*result.quality.notes, message("file.converted"))))


def kind_of(path: Path, suffix: str) -> str:
    """Suffix of the real format: names are often wrong, first bytes seldom."""
    with path.open("rb") as file:
        head = file.read(1024)
    if head.startswith(OLE):
        return kind_of_ole(path, suffix)
    if head.startswith(b"PK\3\4"):
        return kind_of_archive(path)
    for signature, kind in SIGNATURES:
        if head.lstrip().startswith(signature):
            return kind
    return kind_of_text(head, suffix)


def kind_of_ole(path: Path, suffix: str) -> str:
    """Returns the format of a legacy Office file, as the suffix says it; else `.doc`.

    New Office files with a password use the same envelope.
    Raises UnreadableFileError if the file is encrypted.
    """
    if ENCRYPTED in path.read_bytes():
        raise UnreadableFileError(message("file.password"), message("file.save_without_password"))
    return suffix if suffix in LEGACY else OLD_FORM.get(suffix, ".doc")


def kind_of_archive(path: Path) -> str:
    """Format of a ZIP archive, by its parts.

    Raises UnreadableFileError if it is cut short, too large unpacked or no document.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise UnreadableFileError(message("file.cut_short"), COPY_AGAIN) from None
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableFileError(message("file.unpacked_too_large"), message("file.remove_pictures"))
    for part, kind in PARTS:
        if any(member.filename.startswith(part) for member in members):
            return kind
    raise UnreadableFileError(message("file.archive"), message("file.unpack"))


def kind_of_text(head: bytes, suffix: str) -> str:
    """Format of a file without a signature: text, if the suffix allows it.

    Damaged PDFs are left to their loader.
    Raises UnreadableFileError for formats that have a signature.
    """
    if suffix in LEGACY and re.search(rb"<(?:html|table|!doctype)\b", head, re.IGNORECASE):
        return ".html"
    if suffix in OPEN_XML or suffix in LEGACY:
        raise UnreadableFileError(message("file.not_its_type", suffix=suffix), COPY_AGAIN)
    return suffix
