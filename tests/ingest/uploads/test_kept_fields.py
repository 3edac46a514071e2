"""What was filled in by hand stays when a document is replaced, unless the new file says otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.uploads.kept_fields import hand_filled, with_kept
from store.documents import Document, Metadata

SIDECAR = """topics: [tax]
document_number: 江商〔2025〕12号
effective_to: 2027-12-31
reviewed_on: 2026-01-10
title: 补贴办法
"""
KNOWN = Metadata("补贴办法", document_number="江商〔2025〕12号", issued=date(2025, 3, 1), guessed=frozenset({"issued"}))
ISSUE = {"document_number": "江商〔2025〕12号", "effective_to": date(2027, 12, 31)}
ALWAYS = {"topics": ("tax",), "title": "补贴办法"}
REVIEW = {"reviewed_on": date(2026, 1, 10)}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.pdf"
    path.write_bytes(b"%PDF old")
    path.with_name("old.pdf.yaml").write_text(SIDECAR, "utf-8")
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "2026.md"
    path.write_text("text", "utf-8")
    return path


def read(**guessed: object) -> Metadata:
    """What is read from the text of a new version."""
    return Metadata(**guessed, guessed=frozenset(guessed))  # type: ignore[arg-type]


def test_a_file_that_says_nothing_keeps_all_but_the_review_of_the_earlier_text(old: Path, new: Path) -> None:
    found = hand_filled(old, KNOWN, new, read(title="2026", language="zh"))
    assert dict(found.kept) == ALWAYS | ISSUE
    assert dict(found.lost) == REVIEW


def test_a_corrected_scan_of_the_same_issue_keeps_the_days(old: Path, new: Path) -> None:
    same = read(document_number="江商〔2025〕 12号", issued=date(2025, 3, 1))
    assert dict(hand_filled(old, KNOWN, new, same).kept) == ALWAYS | {"effective_to": date(2027, 12, 31)}


@pytest.mark.parametrize(
    "said",
    [
        {"document_number": "江商〔2026〕3号"},
        {"issued": date(2026, 3, 1)},
        {"effective_from": date(2028, 1, 1)},
    ],
)
def test_another_issue_does_not_keep_number_and_days_of_the_earlier_one(
    old: Path, new: Path, said: dict[str, object]
) -> None:
    found = hand_filled(old, KNOWN, new, read(**said))
    assert dict(found.kept) == ALWAYS
    assert dict(found.lost) == REVIEW | {name: value for name, value in ISSUE.items() if name not in said}


def test_what_the_new_file_states_counts_also_where_it_says_that_there_is_none(old: Path, new: Path) -> None:
    new.write_text("---\ntitle: 新办法\ntopics: []\neffective_to:\n---\ntext", "utf-8")
    found = hand_filled(old, KNOWN, new, Metadata("新办法"))
    assert dict(found.kept) == {"document_number": "江商〔2025〕12号"}


def test_a_new_version_is_read_with_what_it_keeps() -> None:
    document = with_kept(Document("a.md", "text", read(title="2026")), {"title": "补贴办法", "topics": ("tax",)})
    assert (document.metadata.title, document.metadata.topics) == ("补贴办法", ("tax",))
    assert document.metadata.guessed == frozenset()
