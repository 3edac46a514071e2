"""What people ask is listed, filtered, counted, looked at and exported; who waits for a person is seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from records import Exchange, PersonRequest, Reason, Records, Role, open_records
from records.csv_export import HEADER
from records.models import Filter
from store.documents import Validity
from store.embeddings import Embedder
from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.support.staff_questions import asked
from tests.web.alerts.mail_server import mailbox
from tests.web.staff.conftest import Center, Clerk, both, empty, stocked
from tests.web.staff.samples import FOLDER
from tests.web.test_accessibility import violations
from web.staff.context import StaffContext
from web.staff.formatting import Formatter
from web.staff.questions.routes import find_changed_validity, wording

TAX, STORAGE, UNKNOWN = "俄罗斯的利润税是多少？", "How long may goods stay in a bonded warehouse?", "火星的房产税怎么收"
every = Records.each


def rows(desk: StaffDesk) -> list[str]:
    return desk.texts("tbody td a")


@both
def test_questions_are_listed_filtered_counted_and_exported(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    storage = asked(room, STORAGE, days=2, answer="=1+1")
    tax = asked(room, TAX, days=1)
    refused = asked(room, UNKNOWN)
    room.records.rate(tax.id, False, Reason.OUT_OF_DATE, "旧税率")
    room.records.rate(storage.id, True)
    assert rows(desk.open("asked")) == [UNKNOWN, TAX, STORAGE]
    rated = desk.texts("tbody tr")[1]
    assert desk.say("why.out_of_date") in rated and desk.say("topic.tax") in rated
    assert refused.passages and not refused.topic, "what came closest does not say what it was about"
    assert desk.texts(".counted li")[0] == f"{desk.say('outcome.answered')} 2"
    assert rows(desk.follow(desk.say("outcome.answered"), ".counted")) == [TAX, STORAGE]
    assert rows(desk.follow(desk.say("topic.trade"), ".counted")) == [STORAGE]
    assert desk.say("topic.trade") in desk.text(".chosen")
    exported = desk.client.get(desk.address(desk.named("a", desk.say("questions.export")).get("href"))).content
    assert exported.startswith("\ufeff".encode())
    (row,) = csv.DictReader(io.StringIO(exported.decode("utf-8-sig"), newline=""))
    zone = Formatter(language).zone()
    assert list(row) == [desk.say(f"questions.column.{name}", zone=zone) for name in HEADER]
    row = dict(zip(HEADER, row.values(), strict=True))
    assert (row["question"], row["answer"], row["useful"]) == (STORAGE, "'=1+1", "yes")
    assert (row["topic"], int(row["passages"])) == ("trade", len(storage.passages))
    assert row["outcome"] == desk.say("outcome.answered")
    assert rows(desk.follow(desk.text(".chosen a"), ".chosen")) == [TAX, STORAGE]
    assert rows(desk.open(f"asked?first={date.today()}")) == [UNKNOWN]
    desk.open("asked?first=nonsense").fill(thumbs="not_useful")
    assert rows(desk.press(desk.say("questions.search"))) == [TAX]
    assert rows(desk.open("asked").fill(text="旧税率").press(desk.say("questions.search"))) == [TAX]
    desk.fill(text="nowhere").press(desk.say("questions.search"))
    assert desk.text(".empty") == desk.say("questions.none")
    assert desk.say("log.action.questions.exported") in desk.open("log").texts("tbody tr")[0]


def test_only_an_answered_question_has_a_topic(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    refused, answered = asked(room, UNKNOWN), asked(room, TAX)
    assert desk.say("topic.tax") not in desk.open(f"asked/{refused.handle}").texts("main > p.row")[0]
    assert desk.say("topic.tax") in desk.open(f"asked/{answered.handle}").texts("main > p.row")[0]


@both
def test_one_question_is_shown_with_what_was_read_for_it_and_never_its_key(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    answer = "<script>document.title = '!'</script> **25%** [1]"
    given = asked(room, TAX, mode="model", answer=answer, standalone_question="俄罗斯利润税税率", channel="api")
    room.records.rate(given.id, False, Reason.WRONG_FIGURE, "应为 20%")
    pages = [desk.open("asked").response.text]
    desk.follow(TAX)
    assert desk.text("main > h1") == TAX
    for told in ("俄罗斯利润税税率", desk.say("why.wrong_figure"), "应为 20%", desk.say("answer.ai"), "俄罗斯税收指南"):
        assert told in desk.text("main")
    assert desk.text("#channel") == desk.say("questions.channel.api")
    assert desk.text(".text strong") == "25%"
    assert not desk.page.xpath("//main//script")
    assert "一般税率为25%" in desk.texts("details.card .text")[0]
    assert desk.count(".said") == 0
    assert desk.named("a", desk.say("questions.try")).get("href") == (
        "/try?question=%E4%BF%84%E7%BD%97%E6%96%AF%E5%88%A9%E6%B6%A6%E7%A8%8E%E7%A8%8E%E7%8E%87"
    )
    inside = desk.one("details[open] a").get("href")
    assert inside.startswith("/folder/inside?source=outbound/russia.zh.md")
    pages.append(desk.response.text)
    guide = room.settings.knowledge_dir / "outbound/russia.zh.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("25%", "20%"), encoding="utf-8")
    room.library.sync()
    assert desk.reload().texts("details .said")[0] == desk.say("questions.passage_changed")
    guide.unlink()
    room.library.sync()
    desk.reload()
    assert desk.say("questions.passage_gone", source=guide.name)[:6] in desk.texts("details")[0]
    assert desk.texts(".sources .bad")[0] == desk.say("questions.source_gone")
    assert not any(given.id in each for each in [*pages, desk.response.text, str(desk.response.url)])
    room.records.delete([given.id])
    desk.take(desk.client.get(str(desk.response.url)))
    assert desk.text("main > h1") == desk.say("questions.gone")


@pytest.mark.parametrize(
    ("said", "today", "changed"),
    [
        ("in_force", Validity.UNKNOWN, False),
        ("unknown", Validity.IN_FORCE, False),
        ("in_force", Validity.EXPIRED, True),
        ("draft", Validity.IN_FORCE, True),
    ],
)
def test_a_question_tells_what_no_longer_applies_and_not_that_guides_are_called_otherwise(
    said: str, today: Validity, changed: bool
) -> None:
    exchange = SimpleNamespace(citations=[SimpleNamespace(source="a.md", validity=said)] * 2)
    assert bool(find_changed_validity(exchange, {"a.md": (today, "")})) is changed  # type: ignore[arg-type]
    assert find_changed_validity(exchange, {}) == {}  # type: ignore[arg-type]


@both
def test_who_waits_for_a_person_is_counted_in_the_menu_until_it_is_done(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    given = asked(room, TAX, mode="model")
    wish = PersonRequest(given.id, "Anna", "anna@example.org", datetime.now(UTC), note="急", page_language="ru")
    room.records.ask_person(wish)
    assert desk.open("asked").text(".sections .count") == "1"
    desk.follow(desk.say("questions.requests"), "main")
    assert desk.say("questions.reference", reference=wish.reference) in desk.text("main")
    for told in ("Anna", "anna@example.org", "急", desk.say("answer.ai")):
        assert told in desk.text("article.card")
    assert given.id not in desk.response.text
    desk.press(desk.say("questions.close"), "article")
    assert desk.text("[role=alert]") == desk.say("questions.needs_words") and room.records.open_requests() == 1
    number = room.records.requests()[0].id
    desk.fill(**{f"reply-{number}": "13 %, by telephone"}).press(desk.say("questions.reply_save"), "article")
    assert "13 %, by telephone" in desk.text("article.card")
    desk.press(desk.say("questions.close"), "article")
    assert desk.text(".said.done") == desk.say("questions.closed")
    assert desk.count(".sections .count") == 0
    assert "anna@example.org" in desk.text("article.card")
    assert room.records.open_requests() == 0
    assert desk.say("log.action.request.closed") in desk.open("log").texts("tbody tr")[0]
    assert "Anna" in desk.open("asked").follow(TAX).text("main")


def waiting(room: StaffContext, contact: str = "Mail: anna@example.org, 138") -> int:
    given = asked(room, TAX)
    room.records.ask_person(PersonRequest(given.id, "Anna", contact, datetime.now(UTC), page_language="pt"))
    return room.records.requests()[0].id


@both
def test_a_clerk_takes_a_request_notes_what_was_done_and_says_how_it_ended(room: StaffContext, language: str) -> None:
    desk, number = StaffDesk(room, language), waiting(room)
    desk.open("asked/requests").press(desk.say("questions.take"))
    assert desk.say("questions.assigned", who=NAME) in desk.text("article.card")
    desk.fill(**{f"note-{number}": "Called\n at noon"}).press(desk.say("questions.save"), "details")
    assert desk.value(f"note-{number}") == "Called\n at noon"
    desk.fill(**{f"closing-{number}": "passed_on"}).press(desk.say("questions.close"))
    card = desk.text("article.card")
    assert desk.say("questions.closing.passed_on") in card and "Called" in card and NAME in card
    log = " ".join(desk.open("log").texts("tbody tr"))
    for action in ("assigned", "noted", "closed"):
        assert desk.say(f"log.action.request.{action}") in log
    assert desk.say("questions.closing.passed_on") in log and "Called" not in log
    assert log.count(room.records.requests()[0].reference) == 3, "the number that the person was given"


@both
def test_the_number_that_a_company_was_given_finds_its_question_in_the_log_and_its_request(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    waiting(room)
    other = asked(room, STORAGE)
    room.records.ask_person(PersonRequest(other.id, "Ivan", "+7 495 123 45 67", datetime.now(UTC)))
    reference = next(each.reference for each in room.records.requests() if each.name == "Anna")
    for typed in (reference, f" {reference[:4].lower()} {reference[4:].lower()} "):
        assert rows(desk.open("asked").fill(text=typed).press(desk.say("questions.search"))) == [TAX]
        desk.open("asked/requests").fill(text=typed).press(desk.say("questions.search"), "form[role=search]")
        assert desk.texts("article h3") == [TAX]
    assert reference in desk.follow(TAX, "article").text("section.card")
    desk.open("asked/requests?text=ivan")
    assert desk.texts("article h3") == [STORAGE]
    desk.open("asked/requests?text=00000000")
    assert desk.count("article") == 0 and desk.text(".empty") == desk.say("questions.no_requests_found")
    assert len(desk.follow(desk.say("questions.reset")).texts("article h3")) == 2


@both
def test_a_request_closed_by_mistake_is_opened_again(room: StaffContext, language: str) -> None:
    desk, number = StaffDesk(room, language), waiting(room)
    room.records.request_work.note(number, "Called")
    desk.open("asked/requests").press(desk.say("questions.close"))
    desk.press(desk.say("questions.reopen"))
    assert desk.text(".said.done") == desk.say("questions.reopened") and room.records.open_requests() == 1
    assert desk.value(f"note-{number}") == "Called"
    assert desk.say("log.action.request.reopened") in desk.open("log").texts("tbody tr")[0]
    assert desk.post(f"asked/requests/{number + 1}/reopen").status_code == 200
    assert desk.text(".said.trouble") == desk.say("questions.request_gone")


def test_the_requests_and_the_home_of_all_who_answer_say_that_nobody_is_told(room: StaffContext) -> None:
    editor = StaffDesk(room, "en", name="").named_account("Li")
    boss = editor.named_account("Boss", Role.ADMINISTRATOR)
    assert boss.say("frame.alerts_set_up") in boss.open().text("#no-alerts")
    told = editor.open().text("#no-alerts")
    assert "every day" in told and boss.say("frame.alerts_set_up") not in told, "who answers can look, not set up"
    editor.follow(editor.say("questions.requests"), "main")
    assert "every day" in editor.open("asked/requests").text("#no-alerts")


def test_where_a_robot_is_told_no_page_says_that_nobody_is(tmp_path: Path, embedder: Embedder) -> None:
    with stocked(tmp_path, embedder, FOLDER, webhook_url="https://example.org/robot") as room:
        desk = StaffDesk(room, "en")
        assert desk.open().count("#no-alerts") == 0 and desk.open("asked/requests").count("#no-alerts") == 0


def test_a_request_is_given_to_a_colleague_who_has_an_account(room: StaffContext) -> None:
    li, number = StaffDesk(room, "en", name="").named_account("Li"), waiting(room)
    li.named_account("Fang")
    choice = f"assigned-{number}"
    names = [plain(each) for each in li.open("asked/requests").field(choice).iter("option")]
    assert names == [li.say("questions.nobody"), "Fang", "Li"]
    li.fill(**{choice: "Fang"}).press(li.say("questions.assign"))
    assert li.say("questions.assigned", who="Fang") in li.text("article.card")
    li.post(f"asked/requests/{number}/assign", assigned_to="Nobody I know")
    assert "Nobody I know" in li.text(".said.trouble") and room.records.requests()[0].assigned_to == "Fang"


@both
def test_a_reply_goes_to_the_person_by_e_mail_in_their_language(
    tmp_path: Path, embedder: Embedder, language: str
) -> None:
    with mailbox() as box:
        smtp = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "smtp_from": "center@example.org"}
        with stocked(tmp_path, embedder, FOLDER, **smtp) as room:
            desk, number = StaffDesk(room, language), waiting(room)
            box.refuses = "451 not now"
            desk.open("asked/requests").fill(**{f"reply-{number}": "A taxa é 25 %."})
            desk.press(desk.say("questions.reply_send"))
            assert desk.text("[role=alert]") == desk.say("questions.reply_failed")
            assert desk.value(f"reply-{number}") == "A taxa é 25 %."
            assert [each.action for each in room.audit.entries()] == ["request.reply_failed", "request.replied"]
            box.refuses = ""
            desk.press(desk.say("questions.reply_send"))
            assert desk.text(".said.done") == desk.say("questions.replied")
            assert "A taxa é 25 %." in desk.text("article.card")
            (mail,) = box.mails
            assert box.receivers == ["anna@example.org"] and mail["To"] == "anna@example.org"
            assert mail["Auto-Submitted"] is None, "a person wrote it"
            reference = room.records.requests()[0].reference
            assert mail["Subject"] == f"Resposta à sua pergunta (Assistente Qiantang, número {reference})"
            numbered = f"Número do seu pedido: {reference}"
            assert mail.get_content().splitlines() == ["A taxa é 25 %.", "", numbered, "A sua pergunta:", f"> {TAX}"]
            assert "25 %" not in " ".join(desk.open("log").texts("tbody tr"))


def test_two_clerks_neither_overwrite_a_note_nor_reply_twice(tmp_path: Path, embedder: Embedder) -> None:
    with mailbox() as box:
        smtp = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "smtp_from": "center@example.org"}
        with stocked(tmp_path, embedder, FOLDER, **smtp) as room:
            desk, number = StaffDesk(room, "en"), waiting(room, "邮箱anna@example.org")
            late, note, reply = desk.colleague().open("asked/requests"), f"note-{number}", f"reply-{number}"
            desk.open("asked/requests").fill(**{note: "Called."}).press("Save", "details")
            late.fill(**{note: "On leave."}).press("Save", "details")
            assert late.response.status_code == 409 and room.records.requests()[0].staff_note == "Called."
            assert "Called." in late.text("details blockquote") and late.value(note) == "On leave."
            late.press("Save", "details")
            assert room.records.requests()[0].staff_note == "On leave."
            for each in (desk, late):
                each.open("asked/requests")
            for each in (desk, late):
                each.fill(**{reply: "25 %."}).press("Send")
            assert len(box.mails) == 1 and box.receivers == ["anna@example.org"], "not the words before the address"
            assert late.response.status_code == 409 and late.value(reply) == "25 %."
            late.press("Send")
            assert len(box.mails) == 2, "who has read the first reply may send another one"


def test_without_a_mail_server_the_reply_is_written_in_the_clerk_s_own_program(room: StaffContext) -> None:
    waiting(room)
    desk = StaffDesk(room, "en").open("asked/requests")
    assert desk.named("a", "Reply by e-mail").get("href").startswith("mailto:anna%40example.org?subject=Resposta%20")
    room.records.delete([each.exchange_id for each in room.records.requests()])
    number = waiting(room, "13800001111")
    assert desk.say("questions.reply") not in desk.reload().text("main")
    assert desk.post(f"asked/requests/{number}/reply", reply=" ").status_code == 422
    assert desk.text("[role=alert]") == desk.say("questions.reply_empty")
    desk.open("asked/requests").fill(**{f"reply-{number}": "25 %."}).press("Keep the reply")
    assert room.records.requests()[0].reply == "25 %." and "25 %." in desk.text("article.card")


@pytest.mark.browser
def test_axe_finds_nothing_and_a_choice_applies_at_once(center: Center, clerk: Clerk) -> None:
    given = asked(center.room, TAX, mode="model")
    asked(center.room, UNKNOWN)
    center.room.records.rate(given.id, False, Reason.OUT_OF_DATE, "旧税率")
    wish = PersonRequest(given.id, "Anna", "anna@example.org", datetime.now(UTC), note="急", page_language="ru")
    center.room.records.ask_person(wish)
    page = clerk("asked", width=390, height=800)
    for _ in range(2):
        assert violations(page) == {}
        page.goto(center.staff("asked/requests"))
    page.goto(center.staff("asked"))
    page.locator("#thumbs").select_option("not_useful")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=TAX).click()
    expect(page.locator("main > h1")).to_have_text(TAX)
    assert violations(page) == {}


def leaving(records: Records, wanted: Filter) -> Iterator[Exchange]:
    """The exchanges of records whose database goes away after the first one."""
    for exchange in every(records, wanted):
        yield exchange
        with records.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE exchanges RENAME TO gone")


@pytest.fixture
def exporter(tmp_path: Path) -> Iterator[StaffDesk]:
    """Somebody in a room that keeps two questions."""
    with open_records("", 30, tmp_path) as records, empty(records, tmp_path) as room:
        for number in range(2):
            records.keep(Exchange(str(number), TAX, "answered"))
        yield StaffDesk(room)


def test_the_log_does_not_keep_what_was_looked_for(exporter: StaffDesk) -> None:
    exporter.open("asked/export.csv?text=13800138000&outcome=answered")
    (entry,) = exporter.room.audit.entries(("questions.exported",))
    assert entry.details["filter"] == "outcome=answered&text=yes"
    assert "13800138000" not in exporter.open("log").response.text


def test_a_table_is_sent_whole_or_not_at_all(exporter: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exporter.open("asked/export.csv").response
    assert len(list(csv.reader(io.StringIO(whole.text)))) == 3
    assert whole.headers["content-length"] == str(len(whole.content))
    monkeypatch.setattr("records.records.BATCH", 1)
    monkeypatch.setattr(Records, "each", leaving)
    assert exporter.client.get("asked/export.csv").status_code == 503


@both
def test_a_center_that_keeps_nothing_says_so(tmp_path: Path, language: str) -> None:
    with open_records("", 0, tmp_path) as records, empty(records, tmp_path) as room:
        desk = StaffDesk(room, language)
        for page in ("asked", "gaps"):
            assert desk.open(page).count(".said", desk.say("questions.not_kept")) == 1


def test_a_later_question_that_says_all_itself_is_added_as_it_was_typed(room: StaffContext) -> None:
    typed, before = "去古巴出差的话要接种什么疫苗", "古巴签证要办吗"
    whole = asked(room, typed, standalone_question=f"{before} {typed}")
    leaning = asked(room, "要几个工作日？", standalone_question=f"{before} 要几个工作日？")
    assert [wording(each) for each in (whole, leaning)] == [typed, leaning.standalone_question]
