"""What an approver publishes is what the page showed, whatever happened to the file meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ingest.metadata import write_front_matter
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import EDITOR, until
from web.staff.uploads import diff

OWN, OTHER = "# Fees\n\nThe fee is 5 yuan.\n", "# Fees\n\nThe fee is 9 yuan.\n"


def wait_for(desk: StaffDesk, name: str, text: str, **more: str) -> tuple[UploadQueue, Upload]:
    """Sends a file, and returns it once it waits."""
    queue = desk.room.arriving.queue()
    desk.client.put("folder/incoming/file", params={"name": name, "folder": "", **more}, content=text.encode())
    until(lambda: [each.state for each in queue.read_all()] == ["clash"])
    return queue, queue.read_all()[0]


def happen_while_the_page_is_built(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Lets something happen once the page has found the file."""
    real = diff.history_of

    def history_of(*given: object) -> object:
        happens()
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(diff, "history_of", history_of)


def test_a_text_exchanged_while_its_page_is_built_is_not_approved_by_that_page(
    editor: StaffDesk, approver: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, first = wait_for(editor, "fees.md", OWN)
    assert first.document
    exchanged = replace(first, document=replace(first.document, text=OTHER))
    with monkeypatch.context() as patched:
        happen_while_the_page_is_built(patched, lambda: queue.keep(exchanged))
        approver.open(f"folder/incoming/change?id={first.id}")
    assert "5 yuan" in approver.text("#rest") and "9 yuan" not in approver.text("main")
    approver.press(approver.say("uploads.add_it"), ".decide")
    assert approver.count(".said.trouble") == 1
    assert not (editor.room.settings.knowledge_dir / "fees.md").exists(), "nobody has seen what it says now"
    approver.open(f"folder/incoming/change?id={first.id}").press(approver.say("uploads.add_it"), ".decide")
    assert (editor.room.settings.knowledge_dir / "fees.md").exists()


def test_a_file_discarded_while_its_page_is_built_is_shown_for_the_last_time(
    editor: StaffDesk, approver: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, first = wait_for(editor, "fees.md", OWN)
    with monkeypatch.context() as patched:
        happen_while_the_page_is_built(patched, lambda: queue.discard(first.id))
        approver.open(f"folder/incoming/change?id={first.id}")
    assert approver.response.status_code == 200 and "5 yuan" in approver.text("#rest")


def test_a_field_that_the_replaced_document_gets_meanwhile_is_not_approved_unseen(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    path = editor.room.settings.knowledge_dir / "fees.txt"
    path.write_text("The fee is 5 yuan.", encoding="utf-8")
    write_front_matter.write_metadata(path, {"issuer": "Bureau", "effective_from": date(2026, 1, 1)})
    editor.room.library.sync()
    _, waiting = wait_for(editor, "new.txt", "The fee is 6 yuan.", replaces="fees.txt")
    approver.open(f"folder/incoming/change?id={waiting.id}")
    write_front_matter.write_metadata(path, {"contact": "nobody@example.org"})
    approver.press(approver.say("uploads.replace"), ".decide")
    assert approver.count(".said.trouble") == 1 and approver.count("#kept_fields", "nobody@example.org") == 1
    assert path.read_text(encoding="utf-8") == "The fee is 5 yuan."


def test_the_history_of_a_file_has_nothing_of_a_colleagues_file_of_its_name(
    editor: StaffDesk, approver: StaffDesk
) -> None:
    _, first = wait_for(editor, "fees.md", OWN)
    editor.room.arriving.note("Second", "draft.sent", "fees.md", {"kind": "upload"})
    editor.room.arriving.note("Second", "upload.returned", "fees.md", {"author": "Third", "reason": "Why?"})
    approver.open(f"folder/incoming/change?id={first.id}")
    (sent,) = approver.texts("ul.entries > li")
    assert EDITOR in sent
    approver.press(approver.say("approvals.return"), reason="Which fee?")
    approver.open(f"folder/incoming/change?id={first.id}").press(approver.say("uploads.take_over"))
    approver.open(f"folder/incoming/change?id={first.id}")
    assert [EDITOR in each for each in approver.texts("ul.entries > li")] == [True] * 3, "also of the author before"
