"""Numbers as Word writes them."""

from __future__ import annotations

import pytest

from ingest.loaders.word_numbering import write_number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "〇"),
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (37, "三十七"),
        (100, "一百"),
        (108, "一百〇八"),
        (115, "一百一十五"),
        (2020, "二千〇二十"),
    ],
)
def test_chinese_numbers(number: int, words: str) -> None:
    assert write_number(number, "chineseCountingThousand") == words


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("decimal", "4"),
        ("upperRoman", "IV"),
        ("lowerLetter", "d"),
        ("decimalEnclosedCircle", "④"),
        ("decimalZero", "04"),
        ("none", ""),
        ("hex", "4"),
    ],
)
def test_other_number_formats(style: str, words: str) -> None:
    assert write_number(4, style) == words


def test_numbers_out_of_range_give_nothing() -> None:
    assert write_number(-1, "lowerRoman") == ""
    assert write_number(10**9, "lowerRoman") == ""
