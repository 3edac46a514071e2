"""One spelling for each character, and nothing that nobody sees."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text.normalise import INVISIBLE, RADICALS, normalise, spellings

AWKWARD = "第一二十〇条章之境外投资（，“ \u3000\t\u00a0\n\r#-*|１Ａ％㎡㈠①⒈½²⼈⺠⻔ﬁ\u200b\u00ade\u0301ﾞｶaB1"


@given(st.text() | st.text(alphabet=AWKWARD))
@settings(max_examples=400)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_every_character_that_nobody_sees_is_left_out_or_becomes_a_space() -> None:
    unseen = (chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in INVISIBLE)
    assert "".join(unseen).translate(spellings()).strip(" \n\t") == ""


@given(st.text(alphabet=AWKWARD))
def test_no_line_ends_in_a_space_and_no_two_blank_lines_follow_each_other(text: str) -> None:
    once = normalise(text)
    assert "\n\n\n" not in once
    assert all(line == line.rstrip(" \t") for line in once.split("\n"))


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("⼈⺠⻔⼾", "人民门户"),
        ("１２３．５％ ＡＢＣ", "123.5% ABC"),
        ("ﬁling ｶﾞ e\u0301", "filing ガ é"),
        ("50㎡ ㎏ Ⅲ ㈠", "50m² kg III （一）"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("\u00a0投\u00ad资\u200b\x00\ufeff", " 投资"),
        ("line\r\nline\rline\u2028line", "line\nline\nline\nline"),
        ("a \n\n\n\n\nb\t\n", "a\n\nb"),
    ],
)
def test_each_character_gets_its_plain_form(raw: str, plain: str) -> None:
    assert normalise(raw) == plain


@pytest.mark.parametrize(
    "text", ["，。；：？！（）“”《》、", "①②㊣", "m² 10⁻⁷", "½ ¾", "nº 7 № 257", "2020～2025", "|a|"]
)
def test_signs_with_a_meaning_of_their_own_stay(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("raw", "joined"),
    [
        ("境 外 投 资", "境外投资"),
        ("境\u3000外 \u3000投资", "境外投资"),
        ("办法 （试行） ， 已废止", "办法（试行），已废止"),
        ("\u3000\u3000为了规范", "为了规范"),
        ("境外 ODI 投资 3 年", "境外 ODI 投资 3 年"),
        ("한국 투자", "한국 투자"),
        ("| 中国 | 巴西 |", "| 中国 | 巴西 |"),
        ("中国\t巴西", "中国\t巴西"),
    ],
)
def test_stray_spaces_between_ideographs_go_and_other_spaces_stay(raw: str, joined: str) -> None:
    assert normalise(raw) == joined


@pytest.mark.parametrize(
    ("raw", "heading"),
    [
        ("\u3000\u3000第一条\u3000为了", "第一条 为了"),
        ("第 三 十 七 条 之 一   违 反", "第三十七条之一 违反"),
        ("## 第 二 章\u3000总\u3000则", "## 第二章 总则"),
        ("**第5条** 备案", "**第5条** 备案"),
    ],
)
def test_the_number_of_an_article_stays_apart_from_its_text(raw: str, heading: str) -> None:
    assert normalise(raw) == heading


def test_nearly_every_radical_becomes_an_ideograph() -> None:
    assert len(RADICALS) == 0x2EF4 - 0x2E80
    assert RADICALS.count("-") == 2


@pytest.mark.parametrize(
    ("text", "one"), [("⒈5万元", "1. 5万元"), ("⒑１平方公里", "10. 1平方公里"), ("⒈资本", "1.资本")]
)
def test_the_number_of_an_item_makes_no_decimal_of_the_figure_behind_it(text: str, one: str) -> None:
    assert normalise(text) == one == normalise(one)
