"""Before a form changes whether documents apply, it shows how they stand now and after, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from secrets import token_urlsafe

import pytest
from lxml.html import HtmlElement, fromstring
from playwright.sync_api import expect
from starlette.testclient import TestClient

from ingest.corrections.correction_file import read
from records.models import now
from store.documents import Validity
from store.embeddings import Embedder
from store.folder import corrections
from tests.support.pdf_files import drawn, lines
from tests.web.staff.conftest import FOLDER, RUSSIA, Center, fill, opened
from tests.web.staff.documents.test_routes import DECREE, LANGUAGES, Clerk, until
from web.staff.app import build
from web.staff.auth.routes import COOKIE, PASSWORD
from web.staff.i18n import words
from web.staff.pages import LANGUAGE_COOKIE

SOURCE = "outbound/russia.zh.md"
OLD = DECREE.replace("跨境数据流动管理办法", "数据流动暂行规定").replace("12号", "5号").replace("2026年", "2024年")
OLD = OLD.replace("2025年12月1日", "2023年12月1日")
REPEALING = DECREE.replace("2028年12月31日。", "2028年12月31日。《江城市数据流动暂行规定》同时废止。")
LAWS = {"laws/new.txt": DECREE, "laws/old.txt": OLD}


class Desk:
    """Somebody at the staff room without a browser, and so without any script."""

    def __init__(self, center: Center, language: str) -> None:
        center.room.desk.set_value(PASSWORD, "no hash")
        token = token_urlsafe(16)
        center.room.desk.sign_in(token, "x", now() + timedelta(hours=1))
        cookies = {COOKIE: token, LANGUAGE_COOKIE: language}
        self.client = TestClient(build(center.room), cookies=cookies)
        self.center, self.known = center, words(language)

    def open(self, source: str) -> dict[str, str]:
        page = fromstring(self.client.get(f"folder/edit?source={source}").text)
        form = page.forms[-1]
        assert form.action.endswith("folder/edit")
        return dict(form.form_values())

    def send(self, to: str, values: dict[str, str]) -> HtmlElement:
        return fromstring(self.client.post(to, data=values).text)

    def save(self, source: str, **changes: str) -> HtmlElement:
        return self.send("folder/edit", self.open(source) | changes)

    def answer(self, page: HtmlElement, button: str) -> HtmlElement:
        """Presses one of the buttons of the question, as a browser does."""
        form = page.forms[-1]
        (pressed,) = (each for each in form.iter("button") if each.text_content() == self.known[button])
        named = {pressed.get("name"): pressed.get("value")} if pressed.get("name") else {}
        return self.send(form.action, dict(form.form_values()) | named)

    def undo(self, page: HtmlElement) -> HtmlElement:
        """Presses Undo beside what the page says was done."""
        (form,) = (form for said in page.find_class("said") for form in said.iter("form"))
        return self.send(form.action, dict(form.form_values()))

    def undecided(self) -> HtmlElement:
        """The page of the file that waits for a decision."""
        found: list[str] = []

        def is_there() -> bool:
            links = fromstring(self.client.get("folder/incoming").text).xpath("//a/@href")
            found[:] = [each for each in links if "incoming/change" in each]
            return bool(found)

        until(is_there)
        return fromstring(self.client.get(found[0]).text)

    def asks(self, page: HtmlElement) -> dict[str, tuple[str, str]]:
        """What the question shows: for each document its standing now and after; nothing where there is none."""
        cells = (
            (row.get("data-source"), *(row.find_class(name)[0] for name in ("before", "after")))
            for row in page.iter("tr")
            if row.get("data-source")
        )
        return {source: (plain(before), plain(after)) for source, before, after in cells}


def plain(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Center]:
    with opened(tmp_path_factory.mktemp("laws"), embedder, LAWS | FOLDER) as center:
        yield center


@pytest.fixture(params=["zh", "en"])
def desk(laws: Center, request: pytest.FixtureRequest) -> Desk:
    return Desk(laws, request.param)


def test_an_end_that_is_past_is_shown_beside_the_old_state_and_nothing_is_written(desk: Desk) -> None:
    before = (desk.center.folder / SOURCE).read_bytes()
    shown = desk.asks(desk.save(SOURCE, effective_to="2026-06-30"))
    ((old, new),) = shown.values()
    assert old.startswith(desk.known["validity.in_force"]) and new.startswith(desk.known["validity.expired"])
    assert "2026" in new
    assert (desk.center.folder / SOURCE).read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "validity"),
    [
        ({"status": "draft"}, Validity.DRAFT),
        ({"status": "repealed"}, Validity.REPEALED),
        ({"effective_from": "2027-03-01"}, Validity.NOT_YET),
        ({"effective_to": "2026-02-01"}, Validity.EXPIRED),
        ({"nothing": "effective_to"}, Validity.IN_FORCE),
    ],
)
def test_each_field_that_decides_asks(desk: Desk, changes: dict[str, str], validity: Validity) -> None:
    shown = desk.asks(desk.save("laws/new.txt", **changes))
    assert shown["laws/new.txt"][1].startswith(desk.known[f"validity.{validity}"])
    assert not (desk.center.folder / "laws/new.txt.yaml").exists()


def test_another_document_that_would_be_replaced_is_shown(desk: Desk) -> None:
    shown = desk.asks(desk.save("laws/new.txt", supersedes="江城市数据流动暂行规定"))
    assert list(shown) == ["laws/old.txt"]
    assert shown["laws/old.txt"][1].startswith(desk.known["validity.superseded"])
    assert "江城市跨境数据流动管理办法" in shown["laws/old.txt"][1]


def test_back_leads_to_the_form_with_all_that_was_typed(desk: Desk) -> None:
    question = desk.save("laws/new.txt", effective_to="2026-02-01", summary="第一行\n第二行", contact="<b>&\"'")
    form = dict(desk.answer(question, "folder.confirm.back").forms[-1].form_values())
    assert (form["effective_to"], form["contact"]) == ("2026-02-01", "<b>&\"'")
    assert form["summary"].replace("\r", "") == "第一行\n第二行"
    assert not (desk.center.folder / "laws/new.txt.yaml").exists()


def test_removing_what_replaces_another_asks(tmp_path: Path, embedder: Embedder) -> None:
    with opened(tmp_path, embedder, LAWS | {"laws/new.txt": REPEALING}) as center:
        desk = Desk(center, "en")
        question = desk.send("folder/remove", {"source": "laws/new.txt"})
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("Superseded") and new.startswith("In force")
        assert (center.folder / "laws/new.txt").exists()
        desk.answer(question, "folder.remove")
        assert not (center.folder / "laws/new.txt").exists()
        (entry,) = center.room.audit.entries(subject="laws/new.txt", limit=1)
        assert entry.details["validity_of_others"].startswith("laws/old.txt: superseded")


def test_a_corrected_page_that_says_another_end_asks(tmp_path: Path, embedder: Embedder) -> None:
    path = tmp_path / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", "This Notice is valid until 31 December 2027."]))
    with opened(tmp_path, embedder, {}) as center:
        desk = Desk(center, "en")
        form = fromstring(desk.client.get("folder/inside/correct?source=notice.pdf&page=1").text).forms[-1]
        typed = dict(form.form_values())
        typed["text"] = typed["text"].replace("2027", "2025")
        question = desk.send("folder/inside/correct", typed)
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("In force") and new.startswith("Expired")
        back = dict(desk.answer(question, "inside.confirm_edit").forms[-1].form_values())
        assert "2025" in back["text"] and not corrections(path).exists()
        desk.answer(question, "inside.confirm_save")
        assert corrections(path).exists()
        (entry,) = center.room.audit.entries(subject="notice.pdf", limit=1)
        assert entry.details["validity"].startswith("in_force") and "expired" in entry.details["validity"]


def test_putting_back_what_replaces_another_asks(tmp_path: Path, embedder: Embedder) -> None:
    with opened(tmp_path, embedder, LAWS | {"laws/new.txt": REPEALING}) as center:
        desk = Desk(center, "en")
        desk.answer(desk.send("folder/remove", {"source": "laws/new.txt"}), "folder.remove")
        until(lambda: "laws/new.txt" not in center.room.index.documents())
        (kept,) = center.room.bin.all()
        question = desk.send("folder/put-back", {"id": kept.id})
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("In force") and new.startswith("Superseded")
        assert not (center.folder / "laws/new.txt").exists()
        desk.answer(question, "folder.back_into")
        assert (center.folder / "laws/new.txt").exists()
        (entry,) = center.room.audit.entries(subject="laws/new.txt", limit=1)
        assert "superseded" in entry.details["validity_of_others"]


def test_a_new_version_with_another_end_shows_it_and_so_does_taking_it_back(tmp_path: Path, embedder: Embedder) -> None:
    newer = DECREE.replace("2028年12月31日", "2026年6月30日")
    with opened(tmp_path, embedder, LAWS) as center:
        desk = Desk(center, "en")
        desk.client.put("folder/incoming/file?name=new.txt&folder=laws", content=newer.encode())
        page = desk.undecided()
        ((old, new),) = desk.asks(page.get_element_by_id("replace-validity")).values()
        assert old.startswith("In force") and new.startswith("Expired")
        (form,) = (each for each in page.forms if dict(each.form_values()).get("what") == "replace")
        sent = dict(form.form_values())
        unseen = desk.send("folder/incoming/decide", sent | {"confirmed": ""})
        assert desk.known["incoming.foreseen_another"] in unseen.text_content()
        assert (center.folder / "laws/new.txt").read_text(encoding="utf-8") == DECREE
        desk.send("folder/incoming/decide", sent)
        until(lambda: center.room.index.documents()["laws/new.txt"].effective_to == date(2026, 6, 30))
        (kept,) = center.room.bin.all()
        question = desk.send("folder/incoming/undo", {"removed": kept.id})
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("Expired") and new.startswith("In force")
        assert (center.folder / "laws/new.txt").read_text(encoding="utf-8") == newer
        desk.answer(question, "incoming.put_back")
        assert (center.folder / "laws/new.txt").read_text(encoding="utf-8") == DECREE


def test_a_file_beside_another_shows_whether_it_replaces_it(tmp_path: Path, embedder: Embedder) -> None:
    with opened(tmp_path, embedder, LAWS) as center:
        desk = Desk(center, "zh")
        desk.client.put(
            "folder/incoming/file?name=x.txt", content=DECREE.replace("2026年1月1日", "2026年2月1日").encode()
        )
        page = desk.undecided()
        shown = desk.asks(page.get_element_by_id("keep_both-validity"))
        assert shown["laws/new.txt"][1].startswith(desk.known["validity.superseded"])
        assert "x.txt" in shown["laws/new.txt"][1] and "\0" not in shown["laws/new.txt"][1]


def test_taking_a_correction_back_that_says_another_end_asks(tmp_path: Path, embedder: Embedder) -> None:
    path = tmp_path / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", "This Notice is valid until 31 December 2025."]))
    with opened(tmp_path, embedder, {}) as center:
        desk = Desk(center, "en")
        form = fromstring(desk.client.get("folder/inside/correct?source=notice.pdf&page=1").text).forms[-1]
        typed = dict(form.form_values())
        typed["text"] = typed["text"].replace("2025", "2027")
        desk.answer(desk.send("folder/inside/correct", typed), "inside.confirm_save")
        until(lambda: center.room.index.documents()["notice.pdf"].effective_to == date(2027, 12, 31))
        page = fromstring(desk.client.get("folder/inside?source=notice.pdf&page=1").text)
        (form,) = (each for each in page.forms if each.action.endswith("take-back"))
        question = desk.send("folder/inside/take-back", dict(form.form_values()))
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("In force") and new.startswith("Expired")
        assert corrections(path).exists()
        desk.answer(question, "inside.take_back")
        assert not corrections(path).exists()


def test_a_review_and_what_is_no_matter_of_validity_is_saved_at_once(center: Center) -> None:
    desk = Desk(center, "zh")
    desk.save(SOURCE, reviewed_on="2026-11-20", review_by="2027-11-20", summary="提要")
    assert "reviewed_on: 2026-11-20" in (center.folder / SOURCE).read_text(encoding="utf-8")


def test_what_was_confirmed_is_written_and_noted_and_what_became_another_is_asked_again(center: Center) -> None:
    desk = Desk(center, "en")
    question = desk.save(SOURCE, effective_to="2026-06-30")
    other = dict(question.forms[-1].form_values()) | {"status": "draft"}
    (seal,) = (each.get("value") for each in question.forms[-1].iter("button") if each.get("name") == "confirmed")
    again = desk.asks(desk.send("folder/edit", other | {"confirmed": seal}))
    assert again[SOURCE][1].startswith("Draft")
    assert (center.folder / SOURCE).read_text(encoding="utf-8") == RUSSIA
    desk.answer(question, "folder.edit.save")
    assert "effective_to: 2026-06-30" in (center.folder / SOURCE).read_text(encoding="utf-8")
    (entry,) = center.room.audit.entries(subject=SOURCE, limit=1)
    assert entry.details["validity"] == "in_force → expired – 2026-06-30"
    assert "Validity: In force → Expired" in plain(fromstring(desk.client.get("log").text))


def test_a_file_that_changed_behind_the_question_is_not_overwritten(center: Center) -> None:
    desk = Desk(center, "en")
    question = desk.save(SOURCE, effective_to="2026-06-30")
    fill(center.folder, {SOURCE: RUSSIA.replace("俄罗斯税收指南", "俄罗斯税收新指南")})
    page = desk.answer(question, "folder.edit.save")
    assert desk.known["folder.edit.changed"] in page.text_content()
    assert "effective_to" not in (center.folder / SOURCE).read_text(encoding="utf-8")


def test_a_day_that_was_not_taken_stands_on_the_list_the_page_and_the_form(tmp_path: Path, embedder: Embedder) -> None:
    source = "laws/new.txt"
    with opened(tmp_path, embedder, {source: DECREE.replace("2028年", "2128年")}) as center:
        for language, sentence in (
            ("zh", "有效期至2128年12月31日”里的失效日期没有采用"),
            ("en", "more than 30 years away"),
        ):
            desk = Desk(center, language)
            for path in ("folder?attention=1", f"folder/document?source={source}", f"folder/edit?source={source}"):
                assert sentence in plain(fromstring(desk.client.get(path).text)), path
        desk.save(source, nothing="effective_to")
        until(lambda: "effective_to" not in center.room.index.documents()[source].guessed)
        until(lambda: not center.room.index.entries()[0].problems)


def test_a_day_outside_the_bounds_is_refused_in_the_form(laws: Center) -> None:
    for language in ("zh", "en"):
        desk = Desk(laws, language)
        page = desk.save("laws/new.txt", effective_to="2126-01-01")
        assert desk.known["folder.wrong.far"] in page.text_content()


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_the_question_is_answered_by_keyboard_without_a_script(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    known = words(language)
    page = clerk(f"folder/edit?source={SOURCE}", locale, java_script_enabled=False)
    page.locator("#status").select_option("repealed")
    page.locator("#status").press("Tab")
    page.get_by_role("button", name=known["folder.edit.save"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(known["folder.confirm.title"])
    expect(page.locator(".before")).to_contain_text(known["validity.in_force"])
    expect(page.locator(".after")).to_contain_text(known["validity.repealed"])
    page.get_by_role("button", name=known["folder.confirm.back"]).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_value("repealed")
    page.get_by_role("button", name=known["folder.edit.save"]).press("Enter")
    page.get_by_role("button", name=known["folder.edit.save"]).press("Enter")
    expect(page.locator(".said.done")).to_have_text(known["folder.edit.saved"])
    assert "status: repealed" in (center.folder / SOURCE).read_text(encoding="utf-8")


def test_taking_a_correction_back_asks_as_the_correction_did_and_undo_does_not(
    tmp_path: Path, embedder: Embedder
) -> None:
    path = tmp_path / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", "This Notice is valid until 31 December 2025."]))
    with opened(tmp_path, embedder, {}) as center:
        desk = Desk(center, "en")
        desk.answer(typed_instead(desk, "2025", "2027"), "inside.confirm_save")
        center.library.sync()
        looking = fromstring(desk.client.get("folder/inside?source=notice.pdf&page=1").text)
        question = desk.answer(looking, "inside.take_back")
        ((old, new),) = desk.asks(question).values()
        assert old.startswith("In force") and new.startswith("Expired")
        (figures,) = question.find_class("figures")
        assert "2027" in plain(figures) and corrections(path).exists()
        told = desk.answer(question, "inside.take_back")
        assert not corrections(path).exists()
        (entry,) = center.room.audit.entries(subject="notice.pdf", limit=1)
        assert entry.action == "page.correction_removed" and entry.details["validity"].startswith("in_force")
        assert entry.details["figures"] == "2027 → 2025"
        desk.undo(told)
        (entry,) = center.room.audit.entries(subject="notice.pdf", limit=1)
        assert "2027" in read(path).pages[1].text and entry.details["validity"].startswith("expired")


def test_typing_again_what_was_read_on_a_page_leaves_no_correction(tmp_path: Path, embedder: Embedder) -> None:
    path = tmp_path / "knowledge" / "notice.pdf"
    path.parent.mkdir()
    drawn(path, lines(["Notice on bonded storage", "The fee is 8600 yuan a month."]))
    with opened(tmp_path, embedder, {}) as center:
        desk = Desk(center, "zh")
        desk.answer(typed_instead(desk, "8600", "8800"), "inside.confirm_save")
        center.library.sync()
        desk.answer(typed_instead(desk, "8800", "8600"), "inside.confirm_save")
        assert not corrections(path).exists()
        (entry,) = center.room.audit.entries(subject="notice.pdf", limit=1)
        assert (entry.action, entry.details["figures"]) == ("page.correction_removed", "8800 → 8600")


def typed_instead(desk: Desk, old: str, new: str) -> HtmlElement:
    """Sends page 1 of the notice with something else typed in one place."""
    form = fromstring(desk.client.get("folder/inside/correct?source=notice.pdf&page=1").text).forms[-1]
    typed = dict(form.form_values())
    return desk.send("folder/inside/correct", typed | {"text": typed["text"].replace(old, new)})
