"""Cells as they show, each sheet a table under its name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.loaders import excel
from ingest.loaders.excel import read_csv, read_workbook
from text.messages import message


def test_cells_are_read_as_they_show(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "税率"
    rows: list[list[object]] = [
        ["税种", "税率", "日期", "金额", "是"],
        ["增值税", 0.13, date(2026, 1, 31), 5.0, True],
        ["a|b", 0.125, datetime(2026, 1, 31, 9, 30), 0.1 + 0.2, "#DIV/0!"],
    ]
    for row in rows:
        sheet.append(row)
    sheet["B2"].number_format, sheet["B3"].number_format = "0%", "0.0%"
    workbook.save(tmp_path / "a.xlsx")
    loaded = read_workbook(tmp_path / "a.xlsx")
    assert loaded.text.split("\n") == [
        "## 税率", "", "| 税种 | 税率 | 日期 | 金额 | 是 |", "| --- | --- | --- | --- | --- |",
        "| 增值税 | 13% | 2026-01-31 | 5 | TRUE |", "| a\\|b | 12.5% | 2026-01-31 09:30 | 0.3 |  |",
    ]  # fmt: skip
    assert loaded.quality.tables == 1


def test_merged_cells_repeat_downwards_and_a_merged_title_stands_above(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["一览表", None], ["国家", "税"], ["巴西", "a"], [None, "b"]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("A3:A4")
    workbook.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx").text.endswith(
        "一览表\n\n| 国家 | 税 |\n| --- | --- |\n| 巴西 | a |\n| 巴西 | b |"
    )


def test_hidden_and_empty_sheets_are_left_out_and_hidden_ones_noted(tmp_path: Path) -> None:
    workbook = Workbook()
    hidden = workbook.create_sheet("草稿")
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("表").append(["a", "b"])
    workbook.save(tmp_path / "a.xlsx")
    loaded = read_workbook(tmp_path / "a.xlsx")
    assert loaded.text.startswith("## 表\n\n| a | b |")
    assert loaded.quality.notes == (message("sheet.hidden", title="草稿"),)


def test_rows_beyond_the_limit_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n")
    loaded = read_csv(path)
    assert "| 3 | 4 |" in loaded.text
    assert "| 5 | 6 |" not in loaded.text
    assert loaded.quality.notes == (message("table.first_rows", rows=3),)


def test_a_large_workbook_is_read_as_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["a", "b"], [1, 0.5]):
        sheet.append(row)
    sheet["B2"].number_format = "0%"
    workbook.save(tmp_path / "a.xlsx")
    monkeypatch.setattr(excel, "LARGE", 0)
    assert read_workbook(tmp_path / "a.xlsx").text.endswith("| 1 | 50% |")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_whatever_its_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    rows = ["部门{0}电话{0}地址", '商务局{0}12345{0}"钱塘区{0}一号\n二楼"', "税务局{0}12366{0}钱塘区三号，一楼"]
    path.write_bytes("\r\n".join(rows).format(delimiter).encode(encoding))
    lines = read_csv(path).text.split("\n")
    assert lines[0] == "| 部门 | 电话 | 地址 |"
    assert lines[2].startswith("| 商务局 | 12345 | 钱塘区")
    assert lines[2].endswith("一号二楼 |")
    assert len(lines) == 4


def test_a_csv_file_of_one_column_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("巴西\n俄罗斯\n")
    assert read_csv(path).text == "巴西\n\n俄罗斯"
