"""What is in a file must be what its name says, as far as its first bytes tell."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.uploads.content_type import check_content
from ingest.uploads.file_names import UploadRefusedError
from store.documents import UnreadableFileError

PROGRAM, HTML, PDF, PNG = b"MZ\x90\0\3", b"<!doctype html><p>x", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def office(folder: Path, name: str, part: str) -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr(part, "<x/>")
    return folder / name


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.pdf", PROGRAM, "program"),
        ("a.txt", PROGRAM, "program"),
        ("a.docx", b"\x7fELF", "program"),
        ("a.pdf", HTML, "damaged"),
        ("a.pdf", PNG, "content"),
        ("a.png", PDF, "content"),
        ("a.png", b"not a picture", "damaged"),
        ("a.txt", PDF, "content"),
        ("a.md", b"\0\1\2\3", "damaged"),
        ("a.pdf", b"", "empty"),
    ],
)
def test_another_content_than_the_name_says_is_refused(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(UploadRefusedError) as refused:
        check_content(path, path.suffix)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.pdf", b"\n junk before \n" + PDF),
        ("a.jpg", PNG),
        ("a.webp", b"RIFF\0\0\0\0WEBP"),
        ("a.txt", "你好".encode("gb18030")),
        ("a.txt", "你好".encode("utf-16")),
        ("a.csv", b"a;b\n"),
        ("a.html", HTML),
        ("a.doc", HTML),
        ("a.doc", b"{\\rtf1 x}"),
    ],
)
def test_what_programs_open_under_that_name_is_taken(tmp_path: Path, name: str, content: bytes) -> None:
    path = written(tmp_path, name, content)
    check_content(path, path.suffix)


def test_office_files_are_told_apart_by_their_parts(tmp_path: Path) -> None:
    check_content(office(tmp_path, "a.docx", "word/document.xml"), ".docx")
    check_content(office(tmp_path, "a.wps", "word/document.xml"), ".wps")
    with pytest.raises(UploadRefusedError):
        check_content(office(tmp_path, "b.docx", "xl/workbook.xml"), ".docx")
    with pytest.raises(UnreadableFileError, match="archive"):
        check_content(office(tmp_path, "c.docx", "other.xml"), ".docx")
    with pytest.raises(UnreadableFileError):
        check_content(written(tmp_path, "d.docx", b"plain"), ".docx")
