"""What a question names exactly is found in each spelling, and nothing is taken for a code that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.identifiers import identifiers


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("8471.30.00关税多少", "| 8471.30.00 | 便携式电脑 |"),
        ("税号84713000的税率", "| 8471.30.00 | 便携式电脑 |"),
        ("HS 847130 duty?", "8471300010 portable computers"),
        ("HS code 8471.30", "8471.30.00.10"),
        ("HS编码8471300010要许可证吗", "84713000.10"),
        ("qual o imposto da NCM 8422.30.10", "8422.30.10"),
        ("84713000", "8471.30.00"),
        ("商务部2014年3号令", "《境外投资管理办法》（商务部令2014年第3号）"),
        ("汇发（2014）2号规定什么", "汇发〔2014〕2号"),
        ("杭政办函[2022]59号", "杭政办函〔2022〕59号"),
        ("国家发展改革委令2017年第11号", "国家发展改革委2017年第11号令"),
    ],
)
def test_an_identifier_is_found_however_it_is_written(question: str, text: str) -> None:
    assert [bool(each.search(text)) for each in identifiers(question)] == [True]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("8471.30.00关税多少", "8471.30.90"),
        ("HS 847130 duty?", "1847130000"),
        ("HS 847130 duty?", "8471.3"),
        ("汇发〔2014〕2号", "汇发〔2014〕21号"),
        ("汇发〔2014〕2号", "汇发〔2015〕2号"),
        ("汇发〔2014〕2号", "财税〔2014〕2号"),
    ],
)
def test_another_identifier_is_not_taken_for_it(question: str, text: str) -> None:
    assert [bool(each.search(text)) for each in identifiers(question)] == [False]


@pytest.mark.parametrize(
    "question",
    [
        "投资30000000美元要核准吗",
        "20251231前签的合同",
        "税率1.5%",
        "公司法第47条",
        "电话 0571-8888 8888",
        "in 2026, 12 days",
    ],
)
def test_amounts_dates_and_telephones_are_no_identifiers(question: str) -> None:
    assert identifiers(question) == ()


@given(st.text(alphabet="0123456789.税号HS年第号令〔〕部 ", max_size=60))
def test_any_question_can_be_read(question: str) -> None:
    assert all(each.search("") is None for each in identifiers(question))
