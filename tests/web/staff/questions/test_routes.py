"""What people ask is listed, filtered, counted, looked at and exported; who waits for a person is seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from records import Exchange, PersonRequest, Reason, Records, open_records
from records.models import Filter, now
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.support.staff_questions import asked
from tests.web.staff.conftest import FOLDER, NAME, Center, empty, opened, signed_in
from tests.web.test_accessibility import violations
from web.staff.app import build
from web.staff.auth.routes import COOKIE
from web.staff.i18n import words

TAX, STORAGE, UNKNOWN = "俄罗斯的利润税是多少？", "How long may goods stay in a bonded warehouse?", "火星的房产税怎么收"
Clerk = Callable[..., Page]
every = Records.each
LANGUAGES = [("zh-CN", "zh"), ("en-GB", "en")]


def rows(page: Page) -> list[str]:
    return page.locator("tbody td a").all_inner_texts()


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_questions_are_listed_filtered_counted_and_exported(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    storage = asked(center, STORAGE, days=2, answer="=1+1")
    tax = asked(center, TAX, days=1)
    asked(center, UNKNOWN)
    center.room.records.rate(tax.id, False, Reason.OUT_OF_DATE, "旧税率")
    center.room.records.rate(storage.id, True)
    page = clerk("asked", locale)
    assert rows(page) == [UNKNOWN, TAX, STORAGE]
    expect(page.locator("tbody tr").nth(1)).to_contain_text(say["why.out_of_date"])
    expect(page.locator("tbody tr").nth(1)).to_contain_text(say["topic.tax"])
    counted = page.locator(".counted")
    expect(counted.locator("li").first).to_have_text(f"{say['outcome.answered']} 2")
    counted.get_by_role("link", name=say["outcome.answered"]).click()
    assert rows(page) == [TAX, STORAGE]
    counted.get_by_role("link", name=say["topic.trade"]).click()
    assert rows(page) == [STORAGE]
    expect(page.locator(".chosen")).to_contain_text(say["topic.trade"])
    with page.expect_download() as download:
        page.get_by_role("link", name=say["asked.export"]).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith("\ufeff".encode())
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (row["question"], row["answer"], row["useful"]) == (STORAGE, "'=1+1", "yes")
    assert (row["topic"], int(row["passages"])) == ("trade", len(storage.passages))
    page.locator(".chosen a").click()
    page.goto(center.staff(f"asked?first={date.today()}"))
    assert rows(page) == [UNKNOWN]
    page.goto(center.staff("asked?first=nonsense"))
    page.locator("#thumbs").select_option("not_useful")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert rows(page) == [TAX]
    page.goto(center.staff("asked"))
    page.locator("#text").fill("旧税率")
    page.locator("#text").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert rows(page) == [TAX]
    page.locator("#text").fill("nowhere")
    page.locator("#text").press("Enter")
    expect(page.locator(".empty")).to_have_text(say["asked.none"])
    page.goto(center.staff("log"))
    expect(page.locator("tbody tr").first).to_contain_text(say["log.action.questions.exported"])


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_one_question_is_shown_with_what_was_read_for_it_and_never_its_key(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    answer = "<script>document.title = '!'</script> **25%** [1]"
    given = asked(center, TAX, mode="model", answer=answer, standalone_question="俄罗斯利润税税率")
    center.room.records.rate(given.id, False, Reason.WRONG_FIGURE, "应为 20%")
    page = clerk("asked", locale)
    pages = [page.content()]
    page.get_by_role("link", name=TAX).click()
    expect(page.locator("main > h1")).to_have_text(TAX)
    for told in ("俄罗斯利润税税率", say["why.wrong_figure"], "应为 20%", say["answer.ai"], "俄罗斯税收指南"):
        expect(page.locator("main")).to_contain_text(told)
    expect(page.locator(".text strong")).to_have_text("25%")
    expect(page.locator("details.card .text").first).to_contain_text("一般税率为25%")
    expect(page.locator(".said")).to_have_count(0)
    assert page.get_by_role("link", name=say["asked.try"]).get_attribute("href") == (
        "/staff/try?question=%E4%BF%84%E7%BD%97%E6%96%AF%E5%88%A9%E6%B6%A6%E7%A8%8E%E7%A8%8E%E7%8E%87"
    )
    inside = page.locator("details[open] a").get_attribute("href")
    assert inside and inside.startswith("/staff/folder/inside?source=outbound/russia.zh.md")
    pages.append(page.content())
    guide = center.folder / "outbound/russia.zh.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("25%", "20%"), encoding="utf-8")
    center.library.sync()
    page.reload()
    expect(page.locator("details .said").first).to_have_text(say["asked.passage_changed"])
    guide.unlink()
    center.library.sync()
    page.reload()
    expect(page.locator("details").first).to_contain_text(say["asked.passage_gone"].format(source=guide.name)[:6])
    expect(page.locator(".sources .bad").first).to_have_text(say["asked.source_gone"])
    assert not any(given.id in each for each in [*pages, page.content(), page.url])
    center.room.records.delete([given.id])
    page.reload()
    expect(page.locator("main > h1")).to_have_text(say["asked.gone"])


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_who_waits_for_a_person_is_counted_in_the_menu_until_it_is_done(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    given = asked(center, TAX, mode="model")
    wish = PersonRequest(given.id, "Anna", "anna@example.org", datetime.now(UTC), note="急", page_language="ru")
    center.room.records.ask_person(wish)
    page = clerk("asked", locale, width=390, height=800)
    expect(page.locator(".sections .count")).to_have_text("1")
    page.get_by_role("link", name=say["asked.requests"]).click()
    card = page.locator("article.card")
    for told in ("Anna", "anna@example.org", "急", say["answer.ai"]):
        expect(card).to_contain_text(told)
    assert given.id not in page.content()
    assert violations(page) == {}
    card.get_by_role("button", name=say["asked.close"]).click()
    expect(page.locator(".said")).to_have_text(say["asked.closed"])
    expect(page.locator(".sections .count")).to_have_count(0)
    expect(page.locator("article.card")).to_contain_text("anna@example.org")
    assert center.room.records.open_requests() == 0
    page.goto(center.staff("log"))
    expect(page.locator("tbody tr").first).to_contain_text(say["log.action.request.closed"])
    page.goto(center.staff("asked"))
    assert violations(page) == {}
    page.get_by_role("link", name=TAX).click()
    expect(page.locator("main")).to_contain_text("Anna")
    assert violations(page) == {}


def leaving(records: Records, wanted: Filter) -> Iterator[Exchange]:
    """The exchanges of records whose database goes away after the first one."""
    for exchange in every(records, wanted):
        yield exchange
        with records.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE exchanges RENAME TO gone")


@pytest.fixture
def exporter(tmp_path: Path) -> Iterator[TestClient]:
    """Somebody who has signed in to a room that keeps two questions."""
    with open_records("", 30, tmp_path) as records, empty(records, tmp_path) as room:
        for number in range(2):
            records.keep(Exchange(str(number), TAX, "answered"))
        room.desk.set_value("password", "no hash")
        room.desk.sign_in("token", NAME, now() + timedelta(hours=1))
        yield TestClient(build(room), cookies={COOKIE: "token"})


def test_the_log_does_not_keep_what_was_looked_for(exporter: TestClient) -> None:
    assert exporter.get("/asked/export.csv?text=13800138000&outcome=answered").status_code == 200
    log = exporter.get("/log").text
    assert "outcome=answered&amp;text=yes" in log
    assert "13800138000" not in log


def test_a_table_is_sent_whole_or_not_at_all(exporter: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exporter.get("/asked/export.csv")
    assert len(list(csv.reader(io.StringIO(whole.text)))) == 3
    assert whole.headers["content-length"] == str(len(whole.content))
    monkeypatch.setattr("records.records.BATCH", 1)
    monkeypatch.setattr(Records, "each", leaving)
    assert exporter.get("/asked/export.csv").status_code == 503


@pytest.fixture
def forgetful(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    """A center that keeps no questions."""
    with opened(tmp_path, embedder, FOLDER, retention_days=0) as center:
        yield center


@pytest.mark.browser
def test_a_center_that_keeps_nothing_says_so(forgetful: Center, visitor: Visitor) -> None:
    page = signed_in(forgetful, visitor("zh-CN"), "asked")
    expect(page.locator(".said")).to_have_text(words("zh")["asked.not_kept"])
    page.goto(forgetful.staff("gaps"))
    expect(page.locator(".said")).to_have_text(words("zh")["asked.not_kept"])
