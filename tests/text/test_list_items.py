"""One definition of a list item: a digit behind the dot makes a decimal, never an item."""

from __future__ import annotations

import pytest

from text.list_items import item_marker, without_numbering


@pytest.mark.parametrize(
    "line",
    [
        "10.1平方公里，这是面积。",
        "1.43万亿元",
        "115.6亿美元",
        "7.5%, unchanged",
        "10.5 万元以上",
        "**10.1**平方公里",
        "10.**1**平方公里",
        "10．1平方公里",
        "3.1 Overview",
        "1,234.5 yuan",
        "2025.01.01 起",
        "01.01.2026 г.",
        "9:30 to 17:00",
        "30 days",
        "240小时过境",
        "8517.62",
        "-5%",
        "(2025)12号",
        "（2025）12号",
        "2025. Next",
        "1.5亿",
        "12.",
        "1..5",
        "v1.2.3",
        "三、四线城市",
        "一二三",
    ],
)
def test_a_line_that_begins_with_a_figure_is_no_item(line: str) -> None:
    assert item_marker(line) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1. 外商", "外商"),
        ("1.外商投资", "外商投资"),
        ("1、营业执照", "营业执照"),
        ("10.投资", "投资"),
        ("2．个人所得", "个人所得"),
        ("3) Apply", "Apply"),
        ("4）申请", "申请"),
        ("- 10.1平方公里", "10.1平方公里"),
        ("* item", "item"),
        ("• item", "item"),
        ("① 申请", "申请"),
        ("  2. indented", "indented"),
        ("（二）章程", "（二）章程"),
        ("一、新建海外仓", "一、新建海外仓"),
        ("十二、附则", "十二、附则"),
        ("(3) papers", "(3) papers"),
        ("1. 2025年1月1日起", "1. 2025年1月1日起"),
        ("10. 5 万元", "10. 5 万元"),
        ("7) 31 августа", "7) 31 августа"),
        ("2、3个月", "2、3个月"),
        ("1.1. Настоящий закон", "1.1. Настоящий закон"),
        ("3.2.1 通讯力", "3.2.1 通讯力"),
    ],
)
def test_an_item_leaves_its_marker_unless_it_could_be_read_with_a_figure(line: str, words: str) -> None:
    marker = item_marker(line)
    assert marker
    assert (line if marker.is_kept else line[marker.end :]) == words


def test_a_figure_at_the_beginning_of_a_wrapped_line_begins_no_list() -> None:
    assert item_marker("10. Компании", before="Открыто") is None
    assert item_marker("1. Компании", before="Документы")
    assert item_marker("10. Компании", before="Документы:")
    assert item_marker("- Компании", before="Документы")
    assert item_marker("一、新建海外仓", before="通知如下：")
    assert item_marker("二、线城市", before="发展一") is None


def test_numbering_is_left_out_line_by_line() -> None:
    assert without_numbering("1. 申请\n10.1平方公里\n2) Pay") == "申请\n10.1平方公里\nPay"
