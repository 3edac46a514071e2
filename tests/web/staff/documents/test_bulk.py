"""A clerk changes several documents at once, and sees each change before it is saved."""

from __future__ import annotations

import errno
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.metadata import write_front_matter
from ingest.metadata.write_front_matter import read_written
from store.folder import sidecar
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both, fill
from tests.web.staff.samples import DECREE
from web.staff.context import StaffContext
from web.staff.documents import change
from web.staff.documents.bulk_form import months_later
from web.staff.formatting import Formatter

RUSSIA, WAREHOUSE = "outbound/russia.zh.md", "inbound/warehouse.en.md"


def written(room: StaffContext, source: str) -> dict[str, object]:
    return read_written(room.settings.knowledge_dir / source).values


def choose(desk: StaffDesk, *sources: str) -> StaffDesk:
    """Ticks documents in the list and asks for the form."""
    desk.open("folder")
    for source in sources:
        desk.one(f"tbody [value={source}]").checked = True
    return desk.press(desk.say("documents.bulk.edit"))


@both
def test_topics_and_countries_are_added_and_removed_by_name_and_shown_before(room: StaffContext, language: str) -> None:
    desk = choose(StaffDesk(room, language), RUSSIA, WAREHOUSE)
    before = written(room, RUSSIA)
    own_first = sorted(["Bonded warehouse guide", "俄罗斯税收指南"], reverse=language == "zh")
    assert desk.texts("details li a") == own_first
    desk.fill(
        topics_add=desk.say("topic.visa"), topics_remove=desk.say("topic.tax"), countries_add="BR", audience="both"
    )
    desk.press(desk.say("documents.bulk.check"))
    assert desk.say("topic.visa") in desk.text(f"[data-source={RUSSIA}] ins", desk.say("topic.visa"))
    assert desk.text(f"[data-source={RUSSIA}] del", desk.say("topic.tax")) == desk.say("topic.tax")
    assert written(room, RUSSIA) == before
    desk.press(desk.say("documents.confirm.back"))
    assert desk.value("countries_add") == "BR"
    desk.press(desk.say("documents.bulk.check")).press(desk.say("documents.bulk.save", count=2))
    assert desk.text(".said") == desk.say("documents.bulk.saved", count=2)
    assert written(room, RUSSIA) == {**before, "topics": ("visa",), "countries": ("RU", "BR"), "audience": "both"}
    assert written(room, WAREHOUSE)["topics"] == ("trade", "visa")
    entries = room.audit.entries(("document.edited",))
    assert {(each.who, each.subject) for each in entries} == {(NAME, RUSSIA), (NAME, WAREHOUSE)}


def test_a_change_of_validity_is_shown_before_and_only_what_was_shown_is_saved(
    desk: StaffDesk, room: StaffContext
) -> None:
    fill(room.settings.knowledge_dir, {"laws/decree.md": DECREE})
    room.library.sync()
    choose(desk, RUSSIA, "laws/decree.md").fill(effective_to="2026-06-30").press(desk.say("documents.bulk.check"))
    shift = desk.text(".shifts [data-source=laws/decree.md] .after")
    assert Formatter("zh").day(date(2026, 6, 30)) in shift and desk.say("validity.expired") in shift
    (room.settings.knowledge_dir / RUSSIA).open("a", encoding="utf-8").write("\n")
    desk.press(desk.say("documents.bulk.save", count=2))
    assert desk.text("h1") == desk.say("documents.bulk.confirm_title", count=2)
    assert "effective_to" not in written(room, RUSSIA)
    desk.press(desk.say("documents.bulk.save", count=2))
    assert written(room, RUSSIA)["effective_to"] == written(room, "laws/decree.md")["effective_to"] == date(2026, 6, 30)


def test_all_documents_change_or_none(desk: StaffDesk, room: StaffContext) -> None:
    desk.post("folder/bulk/save", source=[RUSSIA, "gone.md"], review_by="2027-01-01")
    assert desk.response.status_code == 422 and "gone.md" in desk.text(".said")
    desk.post("folder/bulk/save", source=[RUSSIA], effective_from="2026-02-01", effective_to="2026-01-01")
    assert desk.say("documents.wrong.before_start") in desk.text(".said")
    desk.post("folder/bulk/save", source=[RUSSIA], countries_add="Nowhere")
    assert desk.text("#countries_add-wrong") == desk.say("documents.wrong.country")
    assert written(room, RUSSIA)["review_by"] == date(2027, 1, 10)
    desk.post("folder/bulk")
    assert desk.text(".said") == desk.say("documents.bulk.none")


@both
def test_a_review_is_noted_in_one_click_and_can_be_undone(room: StaffContext, language: str) -> None:
    desk, today = StaffDesk(room, language), date.today()
    desk.open(f"folder/document?source={RUSSIA}").press(desk.say("documents.review"))
    until = months_later(today, 6)
    assert Formatter(language).day(until) in desk.text(".done")
    assert (written(room, RUSSIA)["reviewed_on"], written(room, RUSSIA)["review_by"]) == (today, until)
    assert written(room, RUSSIA)["topics"] == ("tax",)
    desk.press(desk.say("frame.undo"))
    assert written(room, RUSSIA)["reviewed_on"] == date(2026, 1, 10)
    desk.post("folder/reviewed", source=[RUSSIA, WAREHOUSE])
    assert written(room, WAREHOUSE)["review_by"] == until
    desk.press(desk.say("frame.undo"))
    assert written(room, WAREHOUSE)["review_by"] == date(2027, 1, 10)


def test_an_undo_that_cannot_be_written_says_why(desk: StaffDesk, room: StaffContext) -> None:
    path = room.settings.knowledge_dir / "notes.txt"
    path.write_text("The fee is 5 yuan.", encoding="utf-8")
    sidecar(path).write_bytes(b"title: \xff\xfe\x00")
    desk.post("folder/reviewed/undo", before='{"notes.txt": ["2026-01-10", ""]}')
    assert desk.response.status_code == 200 and "notes.txt" in desk.text(".said.trouble")


def test_half_a_year_after_the_end_of_a_month_is_the_end_of_a_month() -> None:
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2026, 6, 30), 6) == date(2026, 12, 30)


def test_a_change_that_stops_half_way_names_what_was_saved_and_what_was_not(
    desk: StaffDesk, room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(desk, RUSSIA, WAREHOUSE).fill(review_by="2027-06-30").press(desk.say("documents.bulk.check"))
    first, second = (row.get("data-source") for row in desk.all(".changed tbody tr"))

    def write(path: Path, *values: Any) -> None:
        if path.as_posix().endswith(str(second)):
            raise OSError(errno.ENOSPC, "No space left on device")
        write_front_matter.write_metadata(path, *values)

    monkeypatch.setattr(change, "write_metadata", write)
    desk.press(desk.say("documents.bulk.save", count=2))
    said = desk.text(".said.trouble")
    assert f"已保存 1 份：{first}" in said and f"没有改动：{second}" in said and "磁盘已满" in said
    assert written(room, str(first))["review_by"] == date(2027, 6, 30)
    assert written(room, str(second)).get("review_by") != date(2027, 6, 30)


def test_the_filter_of_the_list_stays_with_nothing_ticked_and_after_a_change(desk: StaffDesk) -> None:
    for button in ("documents.bulk.edit", "documents.bulk.reviewed"):
        desk.open("folder?topic=tax&country=RU").press(desk.say(button))
        assert desk.text(".said") == desk.say("documents.bulk.none") and desk.value("topic") == "tax"
    desk.one(f"tbody [value={RUSSIA}]").checked = True
    desk.press(desk.say("documents.bulk.edit")).fill(review_by="2027-06-30").press(desk.say("documents.bulk.check"))
    desk.press(desk.say("documents.confirm.back")).press(desk.say("documents.bulk.check"))
    desk.press(desk.say("documents.bulk.save", count=1))
    assert desk.text(".said") == desk.say("documents.bulk.saved", count=1)
    assert (desk.value("topic"), desk.value("country")) == ("tax", "RU")
    desk.one(f"tbody [value={RUSSIA}]").checked = True
    desk.press(desk.say("documents.bulk.reviewed"))
    assert desk.count(".said.done") == 1 and desk.value("topic") == "tax"
