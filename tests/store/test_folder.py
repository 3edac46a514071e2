"""The folder is looked at every two seconds: what counts as a document, and that looking costs little."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from store import folder


def write(place: Path, *sources: str) -> None:
    for source in sources:
        (place / source).parent.mkdir(parents=True, exist_ok=True)
        (place / source).write_text("text", encoding="utf-8")


def test_a_link_counts_only_if_it_leads_to_a_file_in_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "knowledge"
    write(place, "laws/vat.md")
    write(tmp_path, "secret.md", "elsewhere/other.md")
    for name, to in (("same.md", place / "laws/vat.md"), ("out.md", tmp_path / "secret.md"), ("gone.md", place / "no")):
        (place / name).symlink_to(to)
    (place / "folder").symlink_to(tmp_path / "elsewhere")
    assert list(folder.documents(place)) == ["laws/vat.md", "same.md"]
    (tmp_path / "linked").symlink_to(place)
    assert list(folder.documents(tmp_path / "linked")) == ["laws/vat.md", "same.md"]


def test_notes_templates_sidecars_and_unfinished_files_are_no_documents(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.md.yaml", "a.md.pages.yaml", "README.md", "templates/b.md", "laws/templates/c.md")
    write(tmp_path, ".hidden/d.md", ".e.md", "~$f.docx", "g.pdf.part", "contacts.yaml")
    assert list(folder.documents(tmp_path)) == ["a.md", "laws/templates/c.md"]


def test_a_look_changes_with_the_file_and_with_each_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    path, seen = tmp_path / "a.md", list[str]()
    for each in folder.with_sidecars(path):
        each.write_text("text", encoding="utf-8")
        seen.append(folder.stat_signature(path))
    assert [len(each.split()) for each in seen] == [1, 2, 3]
    os.utime(path, (1, 1))
    assert folder.stat_signature(path).startswith("4:1000000000 ")


def test_a_look_at_the_folder_asks_the_system_little_about_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, *(f"laws/{number}.md" for number in range(50)))
    asked, stat, lstat = Counter[str](), os.stat, os.lstat
    monkeypatch.setattr(os, "stat", lambda *given, **named: asked.update(["stat"]) or stat(*given, **named))
    monkeypatch.setattr(os, "lstat", lambda *given, **named: asked.update(["lstat"]) or lstat(*given, **named))
    looks = [folder.stat_signature(path) for path in folder.documents(tmp_path).values()]
    assert len(looks) == 50
    # to resolve a path looks at each folder above it too, which took 10 of the 25 ms of each look
    assert asked.total() <= 50 * 5 + 10
