"""Corrections are kept beside the file that they correct, none is lost and none speaks for another file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ingest.corrections.correction_file import (
    Correction,
    Corrections,
    DocumentReplacedError,
    PageChangedError,
    correct,
    delete_old,
    read_corrections,
    take_back,
    write_corrections,
)
from store import folder
from tests.ingest.corrections.conftest import mend
from text.normalise import normalise

texts = (st.text(st.sampled_from("税率为25% |#-。\n\t\u3000"), max_size=40) | st.text(max_size=60)).map(normalise)


@tried(deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 999),
        st.text(st.sampled_from("税率为25% |#-。\n\t\u3000"), max_size=40).map(normalise) | texts,
        min_size=1,
        max_size=3,
    )
)
def test_corrections_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, pages: dict[int, str]
) -> None:
    path = tmp_path_factory.mktemp("kept") / "办法.pdf"
    kept = Corrections("a" * 64, {number: Correction(text, "王芳") for number, text in pages.items()})
    write_corrections(path, kept)
    assert read_corrections(path) == kept


def test_the_file_explains_itself_and_shows_texts_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "办法.pdf"
    path.write_bytes(b"%PDF")
    mend(path, 3, "第一条 利润税\n\n税率为25%。", "王芳")
    written = folder.corrections(path).read_text(encoding="utf-8")
    assert written.startswith("# Pages of 办法.pdf whose text the staff corrected by hand")
    assert f"file: {folder.content(path)}\n" in written
    assert "    text: |-\n      第一条 利润税\n\n      税率为25%。\n" in written


def test_a_correction_taken_back_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    mend(path, 1, "one")
    mend(path, 2, "two")
    one, two = read_corrections(path).pages.values()
    take_back(path, 1, one)
    assert list(read_corrections(path).pages) == [2]
    with pytest.raises(PageChangedError):
        take_back(path, 2, one)
    take_back(path, 2, two)
    assert list(tmp_path.iterdir()) == [path]


def test_a_correction_of_a_file_that_was_replaced_meanwhile_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    old = folder.content(path)
    path.write_bytes(b"new")
    with pytest.raises(DocumentReplacedError):
        correct(path, 1, Correction("of the old one"), old)
    assert list(tmp_path.iterdir()) == [path]


def test_a_correction_that_somebody_else_made_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    mend(path, 1, "one")
    with pytest.raises(PageChangedError):
        correct(path, 1, Correction("another"), folder.content(path), before=None)
    assert read_corrections(path).pages[1].text == "one"


def test_pages_corrected_and_taken_back_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(30_000_000))
    mend(path, 1, "one")
    tasks = [lambda page=page: mend(path, page, f"page {page}") for page in range(2, 8)]
    tasks.append(lambda: take_back(path, 1, read_corrections(path).pages[1]))
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
    assert {number: each.text for number, each in read_corrections(path).pages.items()} == {
        page: f"page {page}" for page in range(2, 8)
    }


def test_only_corrections_of_another_version_are_old(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    mend(path, 1, "one")
    delete_old(path)
    assert list(read_corrections(path).pages) == [1]
    path.write_bytes(b"new")
    delete_old(path)
    assert list(tmp_path.iterdir()) == [path]
