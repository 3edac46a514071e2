"""A gap is open again if the document that closed it was removed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.uploads.publish import Incoming, replace
from records import GapNote, GapState
from tests.support.staff_desk import NAME, StaffDesk
from tests.support.staff_questions import asked
from tests.web.staff.conftest import both, fill
from tests.web.staff.gaps.test_routes import GUIDE, MEXICO, ONE, OTHER, listed, titles
from web.staff.approvals.unseen_files import note_files_by_hand
from web.staff.context import StaffContext
from web.staff.gaps.gone_documents import find_gone


def publish_guide(room: StaffContext) -> None:
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE})
    room.library.sync()


def replace_guide(room: StaffContext, place: Path) -> str:
    """Replaces the guide by a file of another ending; returns its new source."""
    file = place / "mexico.zh.txt"
    file.write_text("墨西哥公司（企业）所得税的税率为30%。\n", encoding="utf-8")
    source = replace(Incoming(file), MEXICO, NAME, room.trash, room.index.document).source
    room.library.sync()
    assert source != MEXICO and MEXICO not in room.index.documents()
    return source


def close_gap(room: StaffContext, question: str, source: str, state: GapState = GapState.CLOSED) -> None:
    kept = asked(room, question)
    room.records.gaps.note([GapNote(kept.id, state, NAME, source, "answered", True)])


@both
def test_a_gap_stays_closed_when_its_document_is_replaced_and_opens_when_that_one_is_removed(
    room: StaffContext, language: str, tmp_path: Path
) -> None:
    desk = StaffDesk(room, language)
    close_gap(room, ONE, MEXICO)
    publish_guide(room)
    newer = replace_guide(room, tmp_path)
    assert titles(listed(desk)) == [] and titles(listed(desk, "?shown=closed")) == [ONE]
    row = desk.follow(ONE).text("tbody tr")
    assert desk.say("gaps.state.closed") in row and desk.say("gaps.source_gone") not in row
    room.trash.take(newer, "removed", NAME, room.index.document)
    room.library.sync()
    assert titles(listed(desk, "?shown=closed")) == [] and titles(listed(desk)) == [ONE]
    row = desk.follow(ONE).text("tbody tr")
    assert desk.say("gaps.state.open") in row and desk.say("gaps.source_gone") in row


def test_a_gap_stays_closed_when_its_document_is_renamed_in_the_folder(room: StaffContext) -> None:
    publish_guide(room)
    note_files_by_hand(room)
    path = room.settings.knowledge_dir / MEXICO
    path.rename(path.with_name("mexican-taxes.zh.md"))
    room.library.sync(allow_removals=True)
    note_files_by_hand(room)
    assert MEXICO not in room.index.documents() and find_gone(room, [MEXICO]) == set()
    path.with_name("mexican-taxes.zh.md").unlink()
    room.library.sync(allow_removals=True)
    note_files_by_hand(room)
    assert find_gone(room, [MEXICO]) == {MEXICO}


def test_while_nothing_has_been_read_only_what_a_person_removed_is_gone(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_guide(room)
    assert find_gone(room, ["outbound/never.zh.md"]) == {"outbound/never.zh.md"}
    monkeypatch.setattr(room.index, "documents", dict)
    assert find_gone(room, [MEXICO, "outbound/never.zh.md"]) == set(), "the index is being built anew"
    room.trash.take(MEXICO, "removed", NAME, room.index.document)
    assert find_gone(room, [MEXICO]) == {MEXICO}


def test_a_question_that_was_left_open_is_not_said_to_be_open_for_a_missing_document(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    close_gap(room, OTHER, "outbound/never.zh.md", GapState.OPEN)
    row = listed(desk).follow(OTHER).text("tbody tr")
    assert "outbound/never.zh.md" in row and desk.say("gaps.source_gone") not in row
