"""What is taken out of the folder can be put back as it was, with its sidecars."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Document, Metadata
from ingest.folder import documents
from ingest.removing import Bin, Gone, Taken

SOURCE = "laws/办法.pdf"
FILES = {SOURCE: b"%PDF", f"{SOURCE}.yaml": b"title: a\n", f"{SOURCE}.pages.yaml": b"pages: {}\n"}
READ = Document(SOURCE, "第一条", Metadata(title="江城市办法"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "knowledge"


@pytest.fixture
def bin(folder: Path, tmp_path: Path) -> Bin:
    return Bin(folder, tmp_path / "data")


def contents(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_document_goes_with_its_sidecars_and_comes_back_with_them(bin: Bin, folder: Path) -> None:
    removed = bin.take(SOURCE, "removed", "王芳", {SOURCE: READ}.get)
    assert contents(folder) == {}
    assert bin.all() == [removed]
    assert (removed.title, removed.who, bin.text(removed)) == ("江城市办法", "王芳", "第一条")
    assert bin.put_back(removed.id) == removed
    assert contents(folder) == FILES
    assert bin.all() == []


def test_nothing_is_put_back_over_a_file_of_the_same_name(bin: Bin, folder: Path) -> None:
    removed = bin.take(SOURCE, "replaced", "王芳", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    with pytest.raises(Taken):
        bin.put_back(removed.id)
    assert contents(folder) == {SOURCE: b"newer"}
    assert bin.all() == [removed]


@pytest.mark.parametrize("source", ["no such.pdf", "../data", f"{SOURCE}.yaml", "", "/etc/passwd", "laws"])
def test_only_documents_of_the_folder_can_be_taken_out(bin: Bin, folder: Path, source: str) -> None:
    with pytest.raises(Gone):
        bin.take(source, "removed", "x", {}.get)
    assert contents(folder) == FILES


@pytest.mark.parametrize("removed_id", ["", ".", "..", "../knowledge", "x", "/etc"])
def test_only_what_was_taken_out_can_be_put_back_or_deleted(bin: Bin, removed_id: str) -> None:
    for action in (bin.put_back, bin.delete):
        with pytest.raises(Gone):
            action(removed_id)


def test_what_was_taken_out_several_times_is_listed_the_last_first(bin: Bin, folder: Path) -> None:
    first = bin.take(SOURCE, "removed", "x", {}.get)
    (folder / SOURCE).write_bytes(b"newer")
    second = bin.take(SOURCE, "removed", "x", {}.get)
    assert bin.all() == [second, first]
    bin.delete(first.id)
    assert bin.all() == [second]


def test_what_lies_among_the_removed_is_no_document(bin: Bin, folder: Path) -> None:
    bin.take(SOURCE, "removed", "x", {}.get)
    assert documents(folder) == {}
