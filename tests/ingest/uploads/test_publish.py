"""A new version takes the place of the old one, and whatever stops in between leaves one of the two whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ingest.uploads import publish
from ingest.uploads.trash import PathTakenError, Trash
from store import folder
from store.documents import Document, Metadata

SOURCE = "laws/办法.pdf"
SIDECAR = "title: 旧办法\nissued: 2025-01-01\ntopics: [tax]\ncountries: [RU]\ncontact: 税务科\n"
FILES = {SOURCE: b"%PDF old", f"{SOURCE}.yaml": SIDECAR.encode(), f"{SOURCE}.pages.yaml": b"pages: {}\n"}
READ = {SOURCE: Document(SOURCE, "old text", Metadata(title="旧办法"))}
KEPT = "title: 旧办法\ntopics:\n- tax\ncountries:\n- RU\nissued: 2025-01-01\ncontact: 税务科\n"


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def trash(tmp_path: Path) -> Trash:
    for name, content in FILES.items():
        path = tmp_path / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Trash(tmp_path / "knowledge", tmp_path / "data")


@pytest.fixture
def new(tmp_path: Path) -> Callable[[str], Path]:
    """A file that came in, of that name."""

    def make(name: str) -> Path:
        path = tmp_path / "data" / "incoming" / "1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"new")
        return path

    return make


def contents(trash: Trash) -> dict[str, bytes]:
    root = trash.knowledge_dir
    return {each.relative_to(root).as_posix(): each.read_bytes() for each in root.rglob("*") if each.is_file()}


def documents(trash: Trash) -> dict[str, bytes]:
    return {source: path.read_bytes() for source, path in folder.documents(trash.knowledge_dir).items()}


def replaced(trash: Trash, file: Path) -> tuple[str, str]:
    done = publish.replace(publish.Incoming(file), SOURCE, "王芳", trash, READ.get)
    return done.source, done.removed.id


def test_a_new_version_takes_the_path_and_what_was_filled_in_by_hand(trash: Trash, new: Callable[[str], Path]) -> None:
    source, removed_id = replaced(trash, new("办法（2026）.PDF"))
    assert source == SOURCE
    assert contents(trash) == {SOURCE: b"new", f"{SOURCE}.yaml": KEPT.encode()}
    (taken,) = trash.read_all()
    assert (taken.id, taken.why, taken.by, taken.who) == (removed_id, "replaced", SOURCE, "王芳")
    assert trash.text(taken) == "old text"


def test_one_of_another_format_keeps_its_name(trash: Trash, new: Callable[[str], Path]) -> None:
    source, _ = replaced(trash, new("新办法.docx"))
    assert source == "laws/新办法.docx"
    assert contents(trash) == {source: b"new", f"{source}.yaml": KEPT.encode()}


@pytest.mark.parametrize("name", ["新办法.pdf", "新办法.docx"])
def test_undone_all_is_as_it_was_and_can_be_done_again(trash: Trash, new: Callable[[str], Path], name: str) -> None:
    source, removed_id = replaced(trash, new(name))
    after = contents(trash)
    old, newer = publish.put_back(removed_id, "李明", trash, READ.get)
    assert contents(trash) == FILES
    assert old.source == SOURCE and newer and newer.removed.source == source
    publish.put_back(newer.removed.id, "李明", trash, READ.get)
    assert contents(trash) == after
    assert len(trash.read_all()) == 1


def test_nothing_is_put_back_over_a_third_file(trash: Trash, new: Callable[[str], Path]) -> None:
    _, removed_id = replaced(trash, new("新办法.docx"))
    (trash.knowledge_dir / SOURCE).write_bytes(b"third")
    before = contents(trash)
    with pytest.raises(PathTakenError):
        publish.put_back(removed_id, "x", trash, READ.get)
    assert contents(trash) == before


@pytest.mark.parametrize("name", ["prepared.docx", "prepared.md"])
def test_details_that_were_prepared_for_a_file_stay_when_it_lands(
    trash: Trash, new: Callable[[str], Path], name: str
) -> None:
    prepared = {f"laws/{name}.yaml": b"title: prepared\n", f"laws/{name}.pages.yaml": b"pages: {}\n"}
    for path, content in prepared.items():
        (trash.knowledge_dir / path).write_bytes(content)
    file = new(name)
    publish.put(file, trash.knowledge_dir / "laws" / name)
    assert contents(trash) == {**FILES, **prepared, f"laws/{name}": b"new"}
    (trash.knowledge_dir / "laws" / name).unlink()
    replaced(trash, file)
    assert contents(trash) == {**prepared, f"laws/{name}": b"new"}


@pytest.mark.parametrize("name", ["新办法.pdf", "新办法.docx"])
@pytest.mark.parametrize("is_back", [False, True])
def test_refused_at_the_last_step_the_sidecars_are_as_they_were(
    trash: Trash, new: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, name: str, is_back: bool
) -> None:
    file = new(name)
    removed_id = replaced(trash, file)[1] if is_back else ""
    before, kept, real = contents(trash), trash.read_all(), Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.suffix in (".pdf", ".docx") and trash.knowledge_dir in target.parents:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    with monkeypatch.context() as context:
        context.setattr(Path, "replace", refuse)
        with pytest.raises(PermissionError):
            if is_back:
                publish.put_back(removed_id, "x", trash, READ.get)
            else:
                replaced(trash, file)
    assert contents(trash) == before
    assert trash.read_all() == kept


def test_sidecars_that_cannot_be_put_back_stay_in_the_bin(
    trash: Trash, new: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == trash.knowledge_dir / SOURCE or ".pages" in target.name:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    file = new("新办法.pdf")
    with monkeypatch.context() as context:
        context.setattr(Path, "replace", refuse)
        with pytest.raises(PermissionError):
            replaced(trash, file)
    (kept,) = trash.read_all()
    assert folder.corrections(trash.file(kept)).read_bytes() == FILES[f"{SOURCE}.pages.yaml"]


def test_an_old_one_that_cannot_be_taken_away_is_told_and_undone(
    trash: Trash, new: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = new("新办法.docx")

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as context:
        context.setattr(folder, "remove_with_sidecars", refuse)
        done = publish.replace(publish.Incoming(file), SOURCE, "王芳", trash, READ.get)
    assert not done.is_whole
    assert documents(trash) == {SOURCE: b"%PDF old", "laws/新办法.docx": b"new"}
    publish.put_back(done.removed.id, "王芳", trash, READ.get)
    assert contents(trash) == FILES


def test_it_is_put_back_also_where_the_new_one_has_gone(trash: Trash, new: Callable[[str], Path]) -> None:
    _, removed_id = replaced(trash, new("新办法.docx"))
    (trash.knowledge_dir / "laws/新办法.docx").unlink()
    assert publish.put_back(removed_id, "x", trash, READ.get)[1] is None
    assert documents(trash) == {SOURCE: b"%PDF old"}


def stopped_at(monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException) -> None:
    """Every change of a file from the `step`-th on fails: `error` is raised in its place."""
    left = [step]

    def guard(target: Any, name: str) -> None:
        real = getattr(target, name)

        def guarded(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise error
            return real(*arguments, **more)

        monkeypatch.setattr(target, name, guarded)

    for target, name in ((Path, "replace"), (Path, "unlink"), (Path, "write_text"), (os, "fsync"), (Path, "mkdir")):
        guard(target, name)


@pytest.mark.parametrize("step", range(14))
@pytest.mark.parametrize("name", ["新办法.pdf", "新办法.docx"])
def test_killed_at_any_point_the_folder_holds_the_old_or_the_new_one_or_both(
    trash: Trash, new: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, name: str, step: int
) -> None:
    file = new(name)
    with monkeypatch.context() as context:
        stopped_at(context, step, Killed())
        with suppress(Killed):
            replaced(trash, file)
    there = set(documents(trash).values())
    assert there in ({b"%PDF old"}, {b"new"}, {b"%PDF old", b"new"})
    if b"%PDF old" not in there:
        (taken,) = trash.read_all()
        assert trash.file(taken).read_bytes() == b"%PDF old"


@pytest.mark.parametrize("name", ["新办法.pdf", "新办法.docx"])
def test_a_full_disk_leaves_all_as_it_was(
    trash: Trash, new: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = new(name)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replaced(trash, file)
    assert contents(trash) == FILES
    assert trash.read_all() == []
    assert file.exists()
