"""RTF in its many code pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.rtf import read_rtf

GB = "境外投资".encode("gbk")
ESCAPED = "".join(f"\\'{byte:02x}" for byte in GB).encode()
FONTS = rb"{\fonttbl{\f0\fnil\fcharset134 SimSun;}}"


@pytest.mark.parametrize(
    "source",
    [
        rb"{\rtf1\ansi\ansicpg936" + FONTS + rb"\f0 " + ESCAPED + b"}",
        rb"{\rtf1\ansi\ansicpg1252" + FONTS + rb"\f0 " + ESCAPED + b"}",
        rb"{\rtf1\ansi\ansicpg936 " + GB + b"}",
        rb"{\rtf1\ansi\uc1 \u22659?\u22806?\u25237?\u-29372?}",
    ],
    ids=["code page", "font", "raw bytes", "unicode"],
)
def test_chinese_is_read_however_it_is_written(tmp_path: Path, source: bytes) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(source)
    assert read_rtf(path).text == "境外投资"


def test_hidden_and_deleted_text_is_left_out_and_halves_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1 a{\v hidden}{\deleted gone}{\v0 b}\u-10179?\u-8704?}")
    assert read_rtf(path).text == "ab😀"


def test_rows_of_cells_become_a_table_and_numbers_list_items(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1 1.\tab first\par 2.\tab second\par\trowd a\cell b\cell\row\trowd 1\cell 2\cell\row}")
    assert read_rtf(path).text == "1. first\n2. second\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
