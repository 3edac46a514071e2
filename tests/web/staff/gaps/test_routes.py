"""Gaps are grouped by meaning and language, closed by a document that answers them, and open again when asked anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from records import Reason
from tests.support.staff_questions import asked
from tests.web.staff.conftest import NAME, Center, fill
from tests.web.test_accessibility import violations
from web.staff.i18n import words

pytestmark = pytest.mark.browser

ONE, SAME = "墨西哥公司所得税的税率是多少", "墨西哥企业所得税税率是多少？"
FOREIGN = "What is the corporate income tax rate in Mexico?"
OTHER = "钱塘区有国际学校吗"
GUIDE = """---
title: 墨西哥税收指南
language: zh
countries: [MX]
topics: [tax]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# 墨西哥税收指南

## 企业所得税

墨西哥公司（企业）所得税的税率为30%。

## 增值税

墨西哥增值税的一般税率为16%。
"""
Clerk = Callable[..., Page]
LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]


def unanswered(center: Center, question: str, days: float = 0) -> None:
    assert asked(center, question, days).outcome == "not_in_knowledge_base"


def titles(page: Page) -> list[str]:
    return page.locator(".gaps h2").all_inner_texts()


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_a_gap_is_closed_by_a_document_that_answers_its_questions(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    unanswered(center, OTHER, days=3)
    unanswered(center, ONE, days=2)
    unanswered(center, FOREIGN, days=1)
    unanswered(center, SAME)
    page = clerk("gaps", locale)
    assert titles(page) == [ONE, OTHER, FOREIGN]
    expect(page.locator(".gaps li").first).to_contain_text(say["gaps.times"].format(count=2))
    expect(page.locator(".sections .count")).to_have_text("3")
    page.locator("#language").select_option("en")
    expect(page.locator(".gaps li")).to_have_count(1)
    page.goto(center.staff("gaps"))
    page.get_by_role("link", name=ONE).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("details.card .badge").first).to_be_visible()
    fill(center.folder, {"outbound/mexico.zh.md": GUIDE})
    center.library.sync()
    page.reload()
    expect(page.locator("form .hint").first).to_have_text(say["gaps.again_newer"])
    page.get_by_role("button", name=say["gaps.again"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_tried"].format(answered=2, total=2), timeout=30_000)
    expect(page.locator("tbody .badge.warm")).to_have_count(2)
    expect(page.locator("[name=source]").first).to_be_checked()
    assert violations(page) == {}
    page.locator("#find").fill("墨西哥")
    page.locator("#find").press("Enter")
    expect(page.locator("[name=source]")).to_have_count(1)
    page.locator("[name=source]").check()
    page.get_by_role("button", name=say["gaps.close_button"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_closed"].format(answered=2, total=2), timeout=30_000)
    expect(page.get_by_role("button", name=say["gaps.close_button"])).to_have_count(0)
    expect(page.locator("tbody .badge.good")).to_have_count(2)
    for row in page.locator("tbody tr").all():
        for told in ("outcome.not_in_knowledge_base", "outcome.answered", "gaps.cited", "gaps.state.closed"):
            expect(row).to_contain_text(say[told])
        expect(row).to_contain_text(NAME)
    page.goto(center.staff("gaps"))
    assert titles(page) == [OTHER, FOREIGN]
    expect(page.locator(".sections .count")).to_have_text("2")
    page.locator("#shown").select_option("closed")
    expect(page.locator(".gaps li")).to_have_count(1)
    page.goto(center.staff("log"))
    expect(page.locator("tbody tr").first).to_contain_text("outbound/mexico.zh.md")


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_what_a_document_does_not_answer_stays_open_and_is_said_so(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    unanswered(center, OTHER)
    rated = asked(center, "俄罗斯的利润税是多少？")
    center.room.records.rate(rated.id, False, Reason.OUT_OF_DATE)
    page = clerk("gaps", locale)
    page.get_by_role("link", name=OTHER).click()
    page.locator("[value='outbound/russia.zh.md']").check()
    page.get_by_role("button", name=say["gaps.close_button"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_left"].format(count=1), timeout=30_000)
    expect(page.locator("tbody tr")).to_contain_text(say["gaps.not_cited"])
    page.goto(center.staff("gaps"))
    assert len(titles(page)) == 2
    page.get_by_role("link", name="俄罗斯的利润税是多少？").click()
    page.locator("[value='inbound/warehouse.en.md']").check()
    page.get_by_role("button", name=say["gaps.close_button"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_left"].format(count=1), timeout=30_000)
    assert rated.id not in page.content()


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_what_is_no_gap_goes_and_comes_back_when_it_is_asked_anew_or_reopened(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    unanswered(center, OTHER, days=1)
    page = clerk("gaps", locale, width=390, height=800)
    assert violations(page) == {}
    page.get_by_role("link", name=OTHER).click()
    page.get_by_text(say["gaps.not_a_gap"], exact=True).click()
    page.locator("#reason").fill("不归中心管")
    page.get_by_role("button", name=say["gaps.ignore"]).click()
    expect(page.locator(".empty")).to_have_text(say["gaps.none.open"])
    page.get_by_role("button", name=say["frame.undo"]).click()
    expect(page.locator("tbody")).to_contain_text(say["gaps.state.open"])
    page.get_by_text(say["gaps.not_a_gap"], exact=True).click()
    page.locator("#reason").fill("不归中心管")
    page.get_by_role("button", name=say["gaps.ignore"]).click()
    page.goto(center.staff("gaps?shown=ignored"))
    assert titles(page) == [OTHER]
    unanswered(center, "下沙有没有国际学校")
    page.goto(center.staff("gaps"))
    assert titles(page) == [OTHER]
    page.get_by_role("link", name=OTHER).click()
    expect(page.locator("tbody tr").last).to_contain_text("不归中心管")
    expect(page.locator("tbody .badge.warm").first).to_be_visible()
    page.get_by_role("button", name=say["gaps.reopen"]).click()
    expect(page.locator("tbody")).not_to_contain_text("不归中心管")
    page.goto(center.staff("log"))
    expect(page.locator("tbody tr").first).to_contain_text(say["log.action.gap.reopened"])
