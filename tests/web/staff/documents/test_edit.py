"""A clerk writes what is known of a document into a form; it stands in the file and counts within seconds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ingest.metadata.front_matter import FrontMatter
from ingest.metadata.write_front_matter import read_written
from records import AuditEntry
from store.documents import Metadata, Validity
from store.embeddings import Embedder
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both, fill, stocked
from tests.web.staff.samples import DECREE, FOLDER, RUSSIA
from web.staff.context import StaffContext
from web.staff.documents import form
from web.staff.documents.day_order import wrong_order
from web.staff.documents.edit import SentMetadata
from web.staff.formatting import Formatter
from web.staff.uploads.page_fields import join_page

SOURCE = "outbound/russia.zh.md"
EDIT = f"folder/edit?source={SOURCE}"


@pytest.fixture
def path(room: StaffContext) -> Path:
    return room.settings.knowledge_dir / SOURCE


def save(desk: StaffDesk, **changes: object) -> StaffDesk:
    return desk.fill(**changes).press(desk.say("documents.edit.save"))


def test_the_form_has_a_field_for_each_key_of_the_metadata() -> None:
    assert form.KINDS.keys() == FrontMatter.model_fields.keys()
    assert SentMetadata.model_fields.keys() == form.KINDS.keys() | {"source", "digest", "nothing"}


@both
def test_an_end_of_validity_counts_in_the_next_answer(room: StaffContext, path: Path, language: str) -> None:
    desk = StaffDesk(room, language).open(f"folder/document?source={SOURCE}")
    desk.follow(desk.say("documents.edit.link"))
    desk.fill_labelled(desk.say("documents.key.effective_to"), "2026-06-30")
    save(save(desk))  # that it expires was shown and is meant
    assert desk.text(".said.done") == desk.say("documents.edit.saved")
    room.library.sync()
    desk.reload()
    assert desk.count(".badge.validity-expired") == 1
    assert Formatter(language).day(date(2026, 6, 30)) in desk.text("[data-field=effective_to]")
    answer = room.bot.answer("俄罗斯的利润税率是多少？")
    assert {each.validity for each in answer.citations if each.source == SOURCE} == {Validity.EXPIRED}
    assert NAME in desk.text("#edited"), "who made it public is no longer all"
    expected = RUSSIA.replace("review_by: 2027-01-10\n", "review_by: 2027-01-10\neffective_to: 2026-06-30\n")
    assert path.read_text(encoding="utf-8") == expected
    entry = desk.texts(".entries > li")[0]
    assert desk.say("log.action.document.edited") in entry
    day = Formatter(language).day(date(2026, 6, 30))
    assert f"{desk.say('documents.key.effective_to')}: — → {day}" in entry and "2026-06-30" not in entry
    room.audit.note(AuditEntry("x", "document.replaced", SOURCE))
    assert desk.reload().count("#edited") == 0, "the new text came with its own details"


@both
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(
    room: StaffContext, path: Path, language: str
) -> None:
    desk = StaffDesk(room, language).open(EDIT)
    desk.fill_labelled(desk.say("documents.key.source_url"), "example.org")
    desk.fill_labelled(desk.say("documents.key.countries"), "俄罗斯，Brazil，Nowhereland")
    desk.fill_labelled(desk.say("documents.key.title"), "新标题")
    save(desk)
    assert "2" in desk.text("[role=alert]")
    assert desk.text("#source_url-wrong") == desk.say("documents.wrong.address")
    assert desk.text("#countries-wrong") == desk.say("documents.wrong.country")
    assert desk.field("source_url").get("aria-invalid") == "true"
    assert desk.value("title") == "新标题"
    assert path.read_text(encoding="utf-8") == RUSSIA
    save(desk, source_url="https://example.org/a", countries="俄罗斯，Brazil")
    assert desk.count(".said.done") == 1
    values = read_written(path).values
    assert (values["title"], values["countries"]) == ("新标题", ("RU", "BR"))
    assert values["source_url"] == "https://example.org/a"
    assert (values["topics"], values["reviewed_on"]) == (("tax",), date(2026, 1, 10))


def test_a_file_that_changed_meanwhile_is_not_overwritten(room: StaffContext, path: Path) -> None:
    desk = StaffDesk(room, "en").open(EDIT)
    changed = RUSSIA.replace("俄罗斯税收指南", "俄罗斯税收新指南")
    fill(room.settings.knowledge_dir, {SOURCE: changed})
    save(desk, issuer="Tax office of Jiangcheng")
    assert desk.text("[role=alert]") == desk.say("documents.edit.changed")
    assert desk.value("title") == "俄罗斯税收新指南"
    assert "Tax office of Jiangcheng" in desk.text("#issuer-lost")
    assert path.read_text(encoding="utf-8") == changed
    save(desk, issuer="Tax office of Jiangcheng")
    assert desk.count(".said.done") == 1
    assert read_written(path).values["issuer"] == "Tax office of Jiangcheng"


def test_what_the_text_says_is_a_suggestion_that_can_be_refused(tmp_path: Path, embedder: Embedder) -> None:
    source = "laws/办法.txt"
    with stocked(tmp_path, embedder, {source: DECREE} | FOLDER) as room:
        law = room.settings.knowledge_dir / source
        sidecar = law.with_name(f"{law.name}.yaml")
        desk = StaffDesk(room).open(f"folder/edit?source={source}")
        assert desk.value("effective_to") == ""
        assert "2028年12月31日" in desk.text("#effective_to-guess")
        save(desk)
        assert desk.text(".said") == desk.say("documents.edit.nothing")
        assert not sidecar.exists()
        desk.open(f"folder/edit?source={source}")
        save(desk, **{"effective_to-nothing": True}, document_number="江数发〔2025〕13号")
        save(desk)  # that it has no end was shown and is meant
        room.library.sync()
        desk.reload()
        assert "13号" in desk.text("[data-field=document_number]")
        assert desk.count("[data-field=effective_to]") == 0
        assert sidecar.read_text(encoding="utf-8") == "document_number: 江数发〔2025〕13号\neffective_to: null\n"
        assert law.read_text(encoding="utf-8") == DECREE
        desk.open(f"folder/edit?source={source}")
        save(save(desk, **{"effective_to-nothing": False}, document_number=""))
        room.library.sync()
        assert "2028年12月31日" in desk.reload().text("[data-field=effective_to]")
        assert not sidecar.exists()


def test_front_matter_that_cannot_be_read_is_said_and_left_alone(
    desk: StaffDesk, room: StaffContext, path: Path
) -> None:
    broken = RUSSIA.replace("language: zh", "language: [zh")
    fill(room.settings.knowledge_dir, {SOURCE: broken})
    assert "文件开头第" in desk.open(EDIT).text("ul.said")
    save(desk, issuer="江城区商务局")
    assert "读不懂" in desk.text("[role=alert]")
    assert desk.value("issuer") == "江城区商务局"
    assert path.read_text(encoding="utf-8") == broken
    room.library.sync()
    assert len(room.index.documents()) == 2


@both
def test_an_end_before_the_start_is_refused_wherever_the_start_stands(
    room: StaffContext, path: Path, language: str
) -> None:
    before = path.read_text(encoding="utf-8")
    desk = save(
        StaffDesk(room, language).open(EDIT), effective_from="2026-07-01", effective_to="2026-06-30", summary="kept"
    )
    assert desk.response.status_code == 422
    assert desk.text("#effective_to-wrong") == desk.say("documents.wrong.before_start")
    assert desk.value("summary") == "kept" and path.read_text(encoding="utf-8") == before
    read_from_text = Metadata(effective_from=date(2026, 7, 1), guessed=frozenset({"effective_from"}))
    sent = form.Form({"effective_to": "2026-06-30"})
    found = form.changes(form.Form({}), sent)
    assert wrong_order(found, sent, read_from_text) == {"effective_to": "documents.wrong.before_start"}
    meant = form.Form({"effective_to": "2026-06-30"}, frozenset({"effective_from"}))
    assert wrong_order(form.changes(form.Form({}), meant), meant, read_from_text) == {}


def test_a_day_is_changed_although_the_file_has_no_usable_other_day(
    desk: StaffDesk, room: StaffContext, path: Path
) -> None:
    fill(
        room.settings.knowledge_dir, {SOURCE: RUSSIA.replace("language: zh", "language: zh\neffective_from: sometime")}
    )
    save(desk.open(EDIT), effective_to="2030-06-30")
    save(desk)  # that it has an end was shown and is meant
    assert desk.count(".said.done") == 1
    assert read_written(path).values["effective_to"] == date(2030, 6, 30)
    assert read_written(path).unusable == {"effective_from": "sometime"}


@both
@pytest.mark.parametrize("why", ["future_review", "review_before"])
def test_a_review_to_come_or_after_the_next_one_is_refused(
    room: StaffContext, path: Path, language: str, why: str
) -> None:
    before, desk = path.read_text(encoding="utf-8"), StaffDesk(room, language)
    to_come, past = (
        {"reviewed_on": str(date.today() + timedelta(9))},
        {"reviewed_on": "2026-01-10", "review_by": "2026-01-09"},
    )
    days, field = (to_come, "reviewed_on") if why == "future_review" else (past, "review_by")
    save(desk.open(EDIT), **days)
    assert desk.response.status_code == 422
    assert desk.text(f"#{field}-wrong") == desk.say(f"documents.wrong.{why}")
    desk.post("folder/bulk/save", source=[SOURCE], **days)
    assert desk.response.status_code == 422 and desk.say(f"documents.wrong.{why}") in desk.text(".said")
    assert path.read_text(encoding="utf-8") == before
    assert join_page("", days, "Text.").wrong == {field: f"documents.wrong.{why}"}
