"""Amounts and limits are read in the languages of the service, and a limit tells which amounts it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.limits import UNBOUNDED, amounts, limits


@pytest.mark.parametrize(
    ("text", "least", "most", "unit"),
    [
        ("10万人以上不满100万人个人信息", 1e5, 1e6, "people"),
        ("10万人至100万人", 1e5, 1e6, "people"),
        ("100,000 to 1 million people", 1e5, 1e6, "people"),
        ("不满10万人", -UNBOUNDED, 1e5, "people"),
        ("中方投资额3亿美元及以上", 3e8, UNBOUNDED, "usd"),
        ("USD 300 million or more", 3e8, UNBOUNDED, "usd"),
        ("超过500万元", 5e6, UNBOUNDED, "cny"),
        ("不超过500万元的部分", -UNBOUNDED, 5e6, "cny"),
        ("10万人以上、不满100万人", 1e5, 1e6, "people"),
        ("十万人以上不满一百万人", 1e5, 1e6, "people"),
        ("几千万美元（不到3亿美元）", -UNBOUNDED, 3e8, "usd"),
        ("3至5亿美元", 3e8, 5e8, "usd"),
        ("USD 5 to 10 million", 5e6, 1e7, "usd"),
        ("持股不低于25%", 25, UNBOUNDED, "percent"),
        ("不得超过49%", -UNBOUNDED, 49, "percent"),
        ("no less than 30 per cent", 30, UNBOUNDED, "percent"),
        ("не менее 25%", 25, UNBOUNDED, "percent"),
        ("até 20%", -UNBOUNDED, 20, "percent"),
        ("al menos el 25 %", 25, UNBOUNDED, "percent"),
        ("no inferior a 25%", 25, UNBOUNDED, "percent"),
        ("no menos de 25 por ciento", 25, UNBOUNDED, "percent"),
        ("hasta el 20%", -UNBOUNDED, 20, "percent"),
        ("no superior a 49%", -UNBOUNDED, 49, "percent"),
        ("más de 300 millones de dólares", 3e8, UNBOUNDED, "usd"),
        ("que no supere los 5 millones de yuanes", -UNBOUNDED, 5e6, "cny"),
        ("menos de 300 personas", -UNBOUNDED, 300, "people"),
        ("não inferior a 25%", 25, UNBOUNDED, "percent"),
        ("não menos de 25%", 25, UNBOUNDED, "percent"),
        ("que não supere 20%", -UNBOUNDED, 20, "percent"),
        ("at least 25%", 25, UNBOUNDED, "percent"),
    ],
)
def test_words_beside_an_amount_make_it_a_limit(text: str, least: float, most: float, unit: str) -> None:
    assert [(each.least, each.most, each.unit) for each in limits(text)] == [(least, most, unit)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5亿美元", 5e8, "usd"),
        ("$55m", 55e6, "usd"),
        ("312 mil millones de dólares", 312e9, "usd"),
        ("800 millones de euros", 8e8, "eur"),
        ("we have 300k users", 3e5, "people"),
        ("年应纳税所得额520万", 5.2e6, ""),
        ("500万人民币", 5e6, "cny"),
        ("持股30%", 30, "percent"),
        ("三亿五千万美元", 3.5e8, "usd"),
        ("3亿5000万美元", 3.5e8, "usd"),
        ("要是出到两千万呢", 2e7, ""),
        ("一百二十万人", 1.2e6, "people"),
        ("3千5百万美元", 3.5e7, "usd"),
        ("两万五千元人民币", 25e3, "cny"),
        ("两万五人民币", 25e3, "cny"),
        ("三亿五美元", 3.5e8, "usd"),
        ("一五〇〇万美元", 1.5e7, "usd"),
        ("一万零五百人", 10_500, "people"),
        ("and if it grows to 300,000?", 3e5, ""),
    ],
)
def test_an_amount_without_such_words_is_none(text: str, value: float, unit: str) -> None:
    assert [(each.least, each.unit) for each in amounts(text)] == [(value, unit)]
    assert limits(text) == []


def test_a_limit_holds_amounts_of_its_unit_and_large_ones_without_any() -> None:
    (limit,) = limits("10万人以上不满100万人")
    held = [limit.holds(*amounts(each)) for each in ("30万人", "30万", "5万人", "30万元")]
    assert held == [True, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "2023年6月30日，第14条，第11号令",
        "自2024年7月1日起20个工作日内",
        "600万度, 2万吨",
        "8422.30.10",
        "pp. 12-15",
        "1000m²",
        "0571-82987654",
    ],
)
def test_dates_articles_deadlines_and_other_units_are_no_amounts(text: str) -> None:
    assert amounts(text) == [] and limits(text) == []


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert all(each.least <= each.most and 0 <= each.start < each.end for each in limits(text))


@pytest.mark.parametrize(
    "text", ["千万不要漏报什么材料", "万一没批下来", "+86 571 852 31 234?", "坐标 30123.5，", "电话12345"]
)
def test_what_only_looks_like_a_large_number_is_no_amount(text: str) -> None:
    assert amounts(text) == []


def test_a_very_long_number_takes_no_time() -> None:
    """A pattern that tried all ways to part the digits would not come back."""
    assert limits("1" * 5_000 + "x") == []
    assert amounts("一" * 5_000 + "x") == []
