"""The table opens in a spreadsheet, and nothing in it is run there."""

from __future__ import annotations

import csv
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records import Rating, ReadPassage, Reason
from records.csv_export import HEADER, LABELS, write_csv
from tests.records.conftest import asked

READ = ReadPassage("outbound/russia.zh.md", 0, 9, 1.5)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_spreadsheet_reads_chinese_lines_and_quotes(tmp_path: Path) -> None:
    given = replace(
        asked(
            '他说："几天？"\n第二行, 完',
            mode="model",
            topic="tax",
            passages=(READ, READ),
            asked_at=datetime(2026, 11, 25, 4, 0, tzinfo=UTC),
        ),
        rating=Rating("x", False, Reason.OUT_OF_DATE, "旧的"),
    )
    path = tmp_path / "out.csv"
    assert write_csv(path, [given, asked()]) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    first, second = read(path)
    assert list(first) == HEADER
    assert first["question"] == given.question
    assert (first["useful"], first["rating_reason"], first["comment"]) == ("no", "out_of_date", "旧的")
    assert first["label"] == LABELS["model"]
    assert (first["topic"], first["passages"], first["channel"]) == ("tax", "2", "page")
    assert first["sources"] == "[1] outbound/russia.zh.md 俄罗斯税制 (in_force)"
    assert first["asked_at"] == f"{given.asked_at.astimezone():%Y-%m-%d %H:%M:%S}"
    assert (second["label"], second["useful"]) == ("", "")
    assert given.id not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=cmd|"/c calc"!A1'])
def test_no_cell_is_taken_for_a_formula(tmp_path: Path, cell: str) -> None:
    given = replace(asked(cell, answer=cell), rating=Rating("x", False, None, cell))
    path = tmp_path / "out.csv"
    write_csv(path, [given])
    (row,) = read(path)
    assert [row[name] for name in ("question", "answer", "comment")] == [f"'{cell}"] * 3


def test_only_this_user_can_read_the_table(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read(path) == []
