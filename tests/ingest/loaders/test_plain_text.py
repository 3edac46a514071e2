"""The same bytes always give the same text, whatever their encoding; what is no text is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.plain_text import decode, read_plain
from store.documents import UnreadableFileError

CHINESE = "第一条 为了规范境外投资行为，根据有关法律，制定本办法。企业应当在系统中提交备案申请。\n"
RUSSIAN = "Налог на прибыль организаций составляет двадцать процентов. Ставка налога установлена законом.\n" * 3
PORTUGUESE = "A alíquota do imposto é fixada em lei; não há isenção para a importação de máquinas.\n" * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding)) == CHINESE


def test_utf_16_with_the_mark_of_the_other_order_is_read() -> None:
    assert decode(b"\xfe\xff" + CHINESE.encode("utf-16-be")) == CHINESE


@pytest.mark.parametrize(
    ("text", "encoding"), [(RUSSIAN, "utf-8"), (RUSSIAN, "cp1251"), (PORTUGUESE, "cp1252"), ("plain", "ascii")]
)
def test_other_languages_are_not_taken_for_chinese(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_is_followed_and_a_wrong_one_is_not() -> None:
    assert decode("日本語のテキスト".encode("iso2022_jp"), "iso-2022-jp") == "日本語のテキスト"
    assert decode("镕基".encode("gbk") + CHINESE.encode("gbk"), "gb2312") == "镕基" + CHINESE
    assert decode(CHINESE.encode(), "iso-8859-1") == CHINESE
    assert decode(CHINESE.encode("gbk"), "no-such-encoding") == CHINESE


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, os.urandom(5000), b"\x7fELF\0\0\0\1" * 50])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="not text"):
        decode(data)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufeff"), min_size=1
    )
)
def test_every_text_in_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_text_file_is_normalised(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("境\u3000外 投 资\r\n１０％".encode("gb18030"))
    assert read_plain(path).text == "境外投资\n10%"
