"""A screen reader is told where Chinese begins and ends inside another language."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from tests.support.scripted import Offered
from web.chat.start_page import welcome
from web.chinese_runs import mark_chinese


def test_chinese_in_brackets_is_marked_with_its_own_language() -> None:
    html = Markup('<p lang="pt">Departamento (钱塘区商务局), <b>Lei（国发〔2026〕1号）</b></p>')
    assert mark_chinese(html) == (
        '<p lang="pt">Departamento (<span lang="zh">钱塘区商务局</span>), '
        '<b>Lei（<span lang="zh">国发〔2026〕1号</span>）</b></p>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<p lang="zh">钱塘区商务局</p>',
        '<p lang="pt"><q lang="zh">钱塘<br>区</q></p>',
        '<p lang="">钱塘</p>',
        '<p lang="en"><textarea>钱塘</textarea><svg><text>钱塘</text></svg></p>',
        '<p lang="en" title="钱塘">Qiantang</p>',
    ],
)
def test_what_is_chinese_already_or_holds_no_elements_stays_as_it_is(html: str) -> None:
    assert mark_chinese(Markup(html)) == html  # noqa: S704


def test_a_declaration_before_the_page_stays_whole() -> None:
    page = '<!doctype html>\n<html lang="pt"><!-- a note --><p>(钱塘)</p></html>'
    assert mark_chinese(Markup(page)) == page.replace("钱塘", '<span lang="zh">钱塘</span>')  # noqa: S704


def test_behind_a_quote_the_language_around_it_holds_again() -> None:
    html = Markup('<p lang="ru"><q lang="zh">钱<input>塘</q> район <i/> 区</p>')
    assert mark_chinese(html).endswith('район <i/> <span lang="zh">区</span></p>')


def test_the_start_page_marks_the_chinese_name_of_the_bureau() -> None:
    page = BeautifulSoup(welcome("pt", Offered()), "html.parser")
    assert [each.text for each in page.select('.notice [lang="zh"]')] == ["钱塘区商务局"]
