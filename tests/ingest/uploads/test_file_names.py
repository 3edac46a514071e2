"""Names are taken as they are where every system can keep and show them, and refused with the reason otherwise."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders import SUFFIXES
from ingest.uploads.file_names import (
    UploadRefusedError,
    check_file_name,
    check_folder_name,
    find_same_name,
    free_source,
)
from store.folder import documents


def why(name: str) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        check_file_name(name)
    return refused.value.key


@pytest.mark.parametrize(
    "name",
    ["中央企业境外投资监督管理办法.pdf", "办法（2024年修订）.docx", "Руководство.DOCX", "a b-c_d [1].txt", "دليل.pdf"],
)
def test_good_names_stay_as_they_are(name: str) -> None:
    assert check_file_name(name) == name
    assert check_file_name(f"  {name} ") == name


def test_a_name_is_put_into_its_usual_form() -> None:
    assert check_file_name(unicodedata.normalize("NFD", "Guía.pdf")) == unicodedata.normalize("NFC", "Guía.pdf")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("../secret.pdf", "characters"),
        ("a/b.pdf", "characters"),
        ("a\\b.pdf", "characters"),
        ("C:a.pdf", "characters"),
        ("a\0.pdf", "invisible"),
        ("a\n.pdf", "invisible"),
        ("invoice\u202efdp.exe.pdf", "invisible"),
        ("a\u200b.pdf", "invisible"),
        ("", "dot"),
        (".", "dot"),
        ("..", "dot"),
        (".hidden.pdf", "dot"),
        ("a.pdf.", "dot"),
        ("CON.pdf", "reserved"),
        ("com1.pdf", "reserved"),
        ("lpt².txt", "reserved"),
        ("长" * 70 + ".pdf", "long"),
        ("~$办法.docx", "no_document"),
        ("README.md", "no_document"),
        ("a.pdf.part", "no_document"),
        ("contacts.yaml", "sidecar"),
        ("a.pdf.yaml", "sidecar"),
        ("setup.exe", "type"),
        ("all.zip", "type"),
        ("README", "type"),
    ],
)
def test_bad_names_are_refused_with_the_reason(name: str, key: str) -> None:
    assert why(name) == key


@given(st.text(max_size=80), st.sampled_from(sorted(SUFFIXES)))
def test_whatever_is_taken_in_is_a_document_of_its_folder_on_any_system(stem: str, suffix: str) -> None:
    try:
        name = check_file_name(stem + suffix)
    except UploadRefusedError:
        return
    assert name == PureWindowsPath(name).name == Path(name).name
    assert all(each.isprintable() or unicodedata.category(each) == "Zs" for each in name), (
        "blanks of any width are no control"
    )
    assert len(name.encode()) <= 200
    assert not PureWindowsPath(name).is_reserved()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_folder_leads_out_of_the_knowledge_folder(tmp_path_factory: pytest.TempPathFactory, folder: str) -> None:
    root = tmp_path_factory.getbasetemp() / "knowledge"
    root.mkdir(exist_ok=True)
    try:
        checked = check_folder_name(folder, root)
    except UploadRefusedError:
        return
    assert (root / checked).resolve().is_relative_to(root.resolve())


@pytest.mark.parametrize(
    "folder", ["..", "a/../..", "templates", "Templates/x", ".hidden", "a//b", "link", "link/x", "a/b/c/d/e/f/g", "/.."]
)
def test_bad_folders_are_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "knowledge" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(UploadRefusedError):
        check_folder_name(folder, tmp_path / "knowledge")


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    for name in ("办法.pdf", "办法 (2).pdf", "Guide.PDF"):
        (tmp_path / name).write_bytes(b"%PDF-")
    assert free_source(tmp_path, "", "办法.pdf") == "办法 (3).pdf"
    assert free_source(tmp_path, "new", "办法.pdf") == "new/办法.pdf"
    assert find_same_name(tmp_path, "", "guide.pdf") == "Guide.PDF"
    assert find_same_name(tmp_path, "", "other.pdf") == ""
    assert set(documents(tmp_path)) == {"办法.pdf", "办法 (2).pdf", "Guide.PDF"}
