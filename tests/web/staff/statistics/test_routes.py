"""The numbers on the page, in the report and in the Word document are those of what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from playwright.sync_api import expect
from pypdf import PdfReader

from bot.outcomes import ANSWERED
from records import AuditEntry, CitedSource, Days, Exchange, Reason, Records
from records.queries import start_of
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.web.staff.conftest import served_room, signed_in, stocked
from tests.web.staff.samples import RUSSIA, WAREHOUSE
from tests.web.test_accessibility import violations
from web.staff.context import StaffContext
from web.staff.statistics.periods import of_month, period
from web.staff.statistics.summary import times_of
from web.staff.statistics.svg import Plot, Row, ceiling

TODAY = date.today()
RUSSIAN, ENDING = "outbound/russia.zh.md", "inbound/warehouse.en.md"
FOLDER = {RUSSIAN: RUSSIA, ENDING: WAREHOUSE.replace("review_by", f"effective_to: {TODAY + timedelta(30)}\nreview_by")}
CONTACT = "13800000000"


def kept(records: Records) -> None:
    """Today: 6 answered, 1 on a document that ends, 1 in part; 2 without an answer; 1 asked back; 1 greeting."""
    outcomes = [*["answered"] * 5, "partly_answered", *["not_in_knowledge_base"] * 2, "needs_clarification", "greeting"]
    for number, outcome in enumerate(outcomes):
        source = ENDING if number == 0 else RUSSIAN
        cited = (CitedSource(1, source, source),) if outcome in ANSWERED else ()
        question = "月球税率是多少？" if outcome == "not_in_knowledge_base" else f"问题 <i>{number}</i>"
        exchange = Exchange(str(number), question, outcome, language="zh", page_language="zh", citations=cited)
        moment = start_of(TODAY) + timedelta(minutes=number)
        exchange = replace(exchange, topic="tax", mode="extractive", total_seconds=number + 1.0, asked_at=moment)
        records.keep(exchange)
    records.rate("1", True)
    records.rate("2", False, Reason.WRONG_FIGURE, f"请打 {CONTACT}")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """Nothing here changes anything: one room for all."""
    with stocked(tmp_path_factory.mktemp("figures"), embedder, FOLDER) as room:
        kept(room.records)
        room.audit.note(AuditEntry(NAME, "password.changed"))
        yield room


STORIES = {
    "zh": "提问 9 / 没有答上 2 / 答复率 75% / 满意率 50% / 依据将到期资料的回答 17% / 用时（摘录原文） 5.0 秒",
    "en": "Questions 9 / Without an answer 2 / Answered 75% / Found useful 50% / expiring documents 17% / 5.0 s",
}


@pytest.mark.parametrize("language", STORIES)
def test_the_numbers_are_those_that_were_kept(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("figures?period=30")
    said = desk.text(".keys").replace(" ", "")
    for number in STORIES[language].split(" / "):
        assert number.replace(" ", "") in said
    assert desk.count("figure.plot") == desk.count("figure.plot svg[role=img] > desc") == 9
    assert desk.count("figure.plot", desk.say("statistics.rest.ending")) == 1
    days = desk.all("figure.plot")[0]
    numbers = [[plain(each) for each in row.iter("td")] for row in days.xpath(".//tbody/tr")]
    assert len(numbers) == 30
    assert (numbers[-1], numbers[0]) == (["6", "3"], ["0", "0"])
    assert len(days.xpath(".//rect[@height]")) == 2
    section = desk.all("section")[0]
    assert len(section.xpath(".//tbody/tr")) == 1
    assert "Bonded warehouse guide" in plain(section)


@pytest.mark.parametrize("language", STORIES)
def test_what_is_answered_wholly_partly_and_not_adds_up_in_all_places(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("figures?period=30")
    assert desk.count(".keys .hint", desk.say("statistics.answered_hint", answered=5, partly=1, unanswered=2)) == 1
    outcomes = desk.one("figure.plot", desk.say("statistics.outcomes"))
    named = {plain(row[0]): plain(row[1]) for row in outcomes.xpath(".//tbody/tr")}
    assert [named[desk.say(f"outcome.{each}")] for each in (*ANSWERED, "not_in_knowledge_base")] == ["5", "1", "2"]
    assert desk.count("figure.plot .legend li", desk.say("statistics.part.answered")) == 1


def test_a_period_of_ones_own_stands_in_the_address(room: StaffContext) -> None:
    yesterday = (TODAY - timedelta(1)).isoformat()
    desk = StaffDesk(room).open("figures").fill(first=yesterday, last=yesterday)
    desk.press(desk.say("statistics.show"))
    assert desk.response.url.query.decode() == f"period=own&first={yesterday}&last={yesterday}"
    assert desk.count(".empty") == 1
    desk.follow(desk.texts(".choices a")[0], ".choices")
    assert desk.count(".keys") == 1


@pytest.mark.parametrize(("language", "share"), [("zh", "答复率 75%"), ("en", "Answered 75%")])
def test_the_report_and_its_word_document_say_the_same(room: StaffContext, language: str, share: str) -> None:
    desk = StaffDesk(room, language).open("figures").follow(StaffDesk(room, language).say("statistics.report_open"))
    assert str(TODAY.year) in desk.text("h1")
    assert "2" in desk.text("tr", "月球税率是多少？")
    report = desk.response.text
    desk.open(desk.address(desk.one(".tools a.button").get("href")))
    written = docx.Document(BytesIO(desk.response.content))
    rows = [" ".join(cell.text for cell in row.cells) for table in written.tables for row in table.rows]
    assert any(row.startswith(share) for row in rows)
    assert any(row.startswith("月球税率是多少？ 2") for row in rows)
    assert any(row.startswith("问题 <i>2</i>") for row in rows)
    assert shaded(written) == {"0B6A77", "D99B2B"}
    for text in (report, "\n".join(rows)):
        assert CONTACT not in text
        assert NAME not in text


@pytest.mark.browser
def test_the_pages_hold_on_a_phone_in_either_scheme_and_the_report_prints(room: StaffContext, visitor: Visitor) -> None:
    with served_room(room) as center:
        page = signed_in(center, visitor("en-GB"), "figures?period=30")
        page.locator("figure.plot").first.locator("summary").click()
        assert violations(page) == {}
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert violations(page) == {}
        yesterday = (TODAY - timedelta(1)).isoformat()
        page.goto(center.staff(f"figures?period=own&first={yesterday}&last={yesterday}"))
        assert violations(page) == {}
        page.locator(".choices a").last.click()
        page.emulate_media(color_scheme="light")
        expect(page.locator("h1")).to_contain_text(str(TODAY.year))
        assert violations(page) == {}
        paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages[0].mediabox
        assert (round(paper.width), round(paper.height)) == (595, 842)


def shaded(written: Any) -> set[str]:
    """The colours of the bars."""
    runs = written.element.body.iter(qn("w:rPr"))
    return {each.get(qn("w:fill")) for run in runs for each in run.iter(qn("w:shd"))}


def test_a_month_that_is_to_come_has_no_report(room: StaffContext) -> None:
    desk = StaffDesk(room)
    for month in ("2999-01", "2026-13", "x"):
        assert desk.client.get(f"figures/report?month={month}").status_code == 404


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
