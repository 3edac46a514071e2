"""The numbers on the page, in the report and in the Word document are those of what was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from records import AuditEntry, CitedSource, Days, Exchange, Reason, Records
from records.queries import start_of
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.web.staff.conftest import NAME, RUSSIA, WAREHOUSE, Center, opened, signed_in
from tests.web.test_accessibility import violations
from web.staff.i18n import words
from web.staff.statistics.periods import of_month, period
from web.staff.statistics.summary import times_of
from web.staff.statistics.svg import Plot, Row, ceiling

pytestmark = pytest.mark.browser

TODAY = date.today()
RUSSIAN, ENDING = "outbound/russia.zh.md", "inbound/warehouse.en.md"
FOLDER = {RUSSIAN: RUSSIA, ENDING: WAREHOUSE.replace("review_by", f"effective_to: {TODAY + timedelta(30)}\nreview_by")}
CONTACT = "13800000000"


def kept(records: Records) -> None:
    """Today: 6 answered, 1 of them on a document that ends; 2 without an answer; 1 asked back; 1 greeting."""
    outcomes = [*["answered"] * 6, *["not_in_knowledge_base"] * 2, "needs_clarification", "greeting"]
    for number, outcome in enumerate(outcomes):
        source = ENDING if number == 0 else RUSSIAN
        cited = (CitedSource(1, source, source),) if outcome == "answered" else ()
        question = "月球税率是多少？" if outcome == "not_in_knowledge_base" else f"问题 <i>{number}</i>"
        exchange = Exchange(str(number), question, outcome, language="zh", page_language="zh", citations=cited)
        moment = start_of(TODAY) + timedelta(minutes=number)
        exchange = replace(exchange, topic="tax", mode="extractive", total_seconds=number + 1.0, asked_at=moment)
        records.keep(exchange)
    records.rate("1", True)
    records.rate("2", False, Reason.WRONG_FIGURE, f"请打 {CONTACT}")


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Center]:
    """Nothing here changes anything: one center for all."""
    with opened(tmp_path_factory.mktemp("figures"), embedder, FOLDER) as center:
        kept(center.room.records)
        center.room.audit.note(AuditEntry(NAME, "password.changed"))
        yield center


@pytest.fixture
def clerk(center: Center, visitor: Visitor) -> Callable[..., Page]:
    return lambda path, locale="zh-CN", **wishes: signed_in(center, visitor(locale, **wishes), path)


STORIES = {
    "zh-CN": "提问 9 / 没有答上 2 / 答复率 75% / 满意率 50% / 依据将到期资料的回答 17% / 用时（摘录原文） 5.0 秒",
    "en-GB": "Questions 9 / Without an answer 2 / Answered 75% / Found useful 50% / expiring documents 17% / 5.0 s",
}


@pytest.mark.parametrize("locale", STORIES)
def test_the_numbers_are_those_that_were_kept(clerk: Callable[..., Page], locale: str) -> None:
    page = clerk("figures?period=30", locale)
    said = " ".join(page.locator(".keys").inner_text().split())
    for number in STORIES[locale].split(" / "):
        assert number in said
    assert page.locator("figure.plot").count() == page.locator("figure.plot svg[role=img] > desc").count() == 9
    assert page.locator("figure.plot", has_text=words(locale[:2])["figures.rest.ending"]).count() == 1
    days = page.locator("figure.plot").first
    days.locator("summary").click()
    expect(days.locator("tbody tr")).to_have_count(30)
    expect(days.locator("tbody tr").last.locator("td")).to_have_text(["6", "3"])
    expect(days.locator("tbody tr").first.locator("td")).to_have_text(["0", "0"])
    expect(days.locator("rect[height]")).to_have_count(2)
    expect(page.locator("section").first.locator("tbody tr")).to_have_count(1)
    expect(page.locator("section").first).to_contain_text("Bonded warehouse guide")
    assert violations(page) == {}


def test_a_period_of_ones_own_stands_in_the_address(clerk: Callable[..., Page]) -> None:
    page = clerk("figures", width=390, color_scheme="dark")
    yesterday = (TODAY - timedelta(1)).isoformat()
    page.locator("#first").fill(yesterday)
    page.locator("#last").fill(yesterday)
    page.locator("form.bar button").click()
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?period=own&first={yesterday}&last={yesterday}")
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".choices a").first.click()
    expect(page.locator(".keys")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == {}


@pytest.mark.parametrize(("locale", "share"), [("zh-CN", "答复率 75%"), ("en-GB", "Answered 75%")])
def test_the_report_prints_and_its_word_document_says_the_same(
    clerk: Callable[..., Page], locale: str, share: str
) -> None:
    page = clerk("figures", locale)
    page.locator(".choices a").last.click()
    expect(page.locator("h1")).to_contain_text(str(TODAY.year))
    expect(page.locator("tr", has_text="月球税率是多少？")).to_contain_text("2")
    assert violations(page) == {}
    printed = page.pdf(prefer_css_page_size=True)
    paper = PdfReader(BytesIO(printed)).pages[0].mediabox
    assert (round(paper.width), round(paper.height)) == (595, 842)
    with page.expect_download() as download:
        page.locator(".tools a.button").click()
    written = docx.Document(str(Path(download.value.path())))
    rows = [" ".join(cell.text for cell in row.cells) for table in written.tables for row in table.rows]
    assert any(row.startswith(share) for row in rows)
    assert any(row.startswith("月球税率是多少？ 2") for row in rows)
    assert any(row.startswith("问题 <i>2</i>") for row in rows)
    assert shaded(written) == {"0B6A77", "D99B2B"}
    for text in (page.content(), "\n".join(rows)):
        assert CONTACT not in text
        assert NAME not in text


def shaded(written: Any) -> set[str]:
    """The colours of the bars."""
    runs = written.element.body.iter(qn("w:rPr"))
    return {each.get(qn("w:fill")) for run in runs for each in run.iter(qn("w:shd"))}


def test_a_month_that_is_to_come_has_no_report(clerk: Callable[..., Page], center: Center) -> None:
    page = clerk("figures")
    for month in ("2999-01", "2026-13", "x"):
        assert page.request.get(center.staff(f"figures/report?month={month}")).status == 404


def test_a_month_is_compared_with_as_much_of_the_one_before() -> None:
    today = date(2026, 3, 31)
    assert of_month(date(2026, 3, 1), date(2026, 3, 30)).before == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert of_month(date(2026, 3, 1), date(2026, 3, 5)).before == Days(date(2026, 2, 1), date(2026, 2, 5))
    assert period("last_month", None, None, today).days == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert period("own", today, date(2026, 1, 1), today).key == "this_month"
    assert len(period("own", date(2020, 1, 1), today, today).days) == 366


def test_times_are_exact() -> None:
    times = times_of([float(number) for number in range(1, 101)])
    assert (times.count, times.middle, times.most) == (100, 50.5, 95.0)
    assert times_of([2.0]).most == 2.0


def test_a_plot_shows_what_it_is_given_and_escapes_it() -> None:
    assert [ceiling(highest) for highest in (0, 1, 3, 35, 41, 100, 101)] == [2, 2, 4, 40, 100, 100, 200]
    rows = (Row("<b>", (1,), ("1",)), Row("b", (3,), ("3",)))
    html = Plot("x", "bars", "T", "S", ("a", "b"), rows).html("table")
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert 'width="33.33%"' in html
    assert 'width="100.0%"' in html
    assert Plot("x", "columns", "T", "S", ("a",), ()).html("table").count("<rect") == 0
