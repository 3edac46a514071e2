"""The clerk sees what ends, what is to be reviewed, which of two versions counts, and drafts that may be law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from records import CitedSource, Exchange
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.web.staff.conftest import Center, opened, signed_in
from tests.web.test_accessibility import violations
from web.staff.validity.calendar import Event, calendar

pytestmark = pytest.mark.browser

TODAY = date.today()
ENDS, LATE, ISSUED = TODAY + timedelta(20), TODAY - timedelta(5), TODAY - timedelta(300)


def policy(title: str, **keys: object) -> str:
    lines = "\n".join(f"{key}: {value}" for key, value in {"title": title, "language": "zh", **keys}.items())
    return f"---\n{lines}\n---\n# {title}\n\n补助最高 50 万元。\n"


FOLDER = {
    "policies/ends.md": policy("展会补助办法", effective_to=ENDS, status="in_force"),
    "policies/trial.md": policy("仓储补助办法（试行）", effective_to=TODAY + timedelta(200), status="in_force"),
    "policies/late.md": policy("<b>人才</b>指南", reviewed_on=ISSUED, review_by=LATE),
    "policies/draft.md": policy("数据条例（征求意见稿）", issued=ISSUED),
    "policies/old.md": policy("外贸政策", issuer="商务局", issued=date(2020, 1, 1)),
    "policies/new.md": policy("外贸政策", issuer="商务局", issued=date(2024, 5, 1)),
    "policies/copy.md": policy("物流政策"),
    "policies/copy-2.md": policy("物流政策"),
}


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Center]:
    """Nothing here changes the folder: one center for all."""
    with opened(tmp_path_factory.mktemp("validity"), embedder, FOLDER) as center:
        center.room.records.keep(
            Exchange("1", "补助？", "answered", citations=(CitedSource(1, "policies/ends.md", ""),))
        )
        yield center


@pytest.fixture
def clerk(center: Center, visitor: Visitor) -> Callable[..., Page]:
    return lambda path, locale="zh-CN", **wishes: signed_in(center, visitor(locale, **wishes), path)


STORIES = {
    "zh-CN": "有效期最后一天 / 还有 20 天 / 已过 5 天 / 试行期最后一天 / 自2024年5月1日起以这份为准 / 没有人查看过",
    "en-GB": "Last day in force / in 20 days / 5 days ago / Last day of the trial / since May 1, 2024 / Not reviewed",
}


@pytest.mark.parametrize("locale", STORIES)
def test_the_clerk_sees_what_is_to_be_done(clerk: Callable[..., Page], locale: str) -> None:
    ends, left, late, trial, counts, draft = STORIES[locale].split(" / ")
    page = clerk("validity", locale)
    row = page.locator("tr", has_text="展会补助办法")
    for text in (left, ends, str(ENDS.day)):
        expect(row).to_contain_text(text)
    expect(row.locator(".number")).to_have_text("1")
    expect(row.locator("a.button")).to_have_attribute("href", "/staff/folder/edit?source=policies/ends.md")
    expect(row.locator("a").first).to_have_attribute("href", "/staff/folder/document?source=policies/ends.md")
    expect(page.locator("tr", has_text="<b>人才</b>指南")).to_contain_text(late)
    expect(page.get_by_text("仓储补助办法")).to_have_count(0)
    expect(page.locator(".sections [aria-current] .count")).to_have_text("4")
    page.locator(".choices a", has_text="365").click()
    expect(page.locator("tr", has_text="仓储补助办法（试行）")).to_contain_text(trial)
    unclear = page.locator("li.card", has_text="物流政策")
    expect(unclear.locator("a.button")).to_have_count(2)
    expect(page.locator("li.card", has_text="数据条例")).to_contain_text(draft)
    page.locator("summary").last.click()
    expect(page.locator(".twin", has_text="policies/new.md")).to_contain_text(counts)
    assert violations(page) == {}


def test_on_a_phone_and_in_the_dark_it_can_be_read(clerk: Callable[..., Page]) -> None:
    page = clerk("validity?days=365", width=390, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == {}
    assert page.pdf().startswith(b"%PDF")


def test_what_is_due_goes_into_ones_own_calendar(clerk: Callable[..., Page]) -> None:
    page = clerk("validity")
    with page.expect_download() as download:
        page.get_by_role("link", name=".ics").click()
    text = Path(download.value.path()).read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert f"DTSTART;VALUE=DATE:{ENDS:%Y%m%d}\r\n" in text
    assert "SUMMARY:有效期最后一天: 展会补助办法\r\n" in text


def test_a_calendar_file_keeps_to_its_standard() -> None:
    event = Event(TODAY, "到期" * 40 + ", a; b\nEND:VEVENT", "x", "key")
    lines = calendar("名", [event], datetime(2026, 1, 1, tzinfo=UTC)).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    assert "SUMMARY:" + "到期" * 40 + "\\, a\\; b END:VEVENT" in unfolded
    assert unfolded.count("END:VEVENT") == 1
