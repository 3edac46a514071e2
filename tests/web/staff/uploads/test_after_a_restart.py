"""What was sent before a restart is taken in, waits and is told, whether or not somebody opens a page of the staff."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.uploads import staging
from ingest.uploads.queue import UploadQueue
from records import Role
from store.embeddings import Embedder
from tests.support.staff_desk import StaffDesk
from tests.web.alerts.mail_server import mailbox
from tests.web.alerts.test_courier import EARLY, told
from tests.web.staff.conftest import stocked, until
from tests.web.staff.samples import FOLDER
from web.staff.context import StaffContext

NEW = "# Fees\n\nThe fee is 5 yuan.\n"


def other_process(room: StaffContext, approval: bool = True) -> UploadQueue:
    """The uploads as another process of the same data folder has them."""
    return UploadQueue(room.settings, room.index, room.trash, lambda *_: None, lambda: approval)


def send(queue: UploadQueue, name: str, content: str = NEW) -> str:
    with queue.receive(name, "", "Editor Li", len(content)) as (staged, path):
        path.write_text(content, encoding="utf-8")
    queue.take(staged)
    queue.pool.shutdown(wait=True)
    return staged.id


def test_a_file_that_waits_is_told_to_the_staff_by_a_process_that_took_none_in(
    tmp_path: Path, embedder: Embedder
) -> None:
    with mailbox() as box, told(tmp_path, embedder, box, approval="on") as (room, courier):
        other = other_process(room)
        waiting = send(other, "fees.md")
        broken = send(other_process(room), "broken.pdf", "%PDF-1.7 cut short")
        courier.run(EARLY)
        courier.run(EARLY)
        (mail,) = box.mails
        assert "1 new" in mail["Subject"] and room.arriving.opened is None
        assert staging.read_waiting(room.settings.data_dir)[0].id == waiting != broken
        other.give_back(waiting, "Which fee?", "Approver Fang")
        other.give_back(waiting, "", "")
        courier.run(EARLY)
        assert len(box.mails) == 1, "it was told"
        other.discard(waiting)
        assert staging.read_waiting(room.settings.data_dir) == []


def test_the_home_page_of_an_approver_names_it_before_the_first_page_of_uploads(
    tmp_path: Path, embedder: Embedder
) -> None:
    with stocked(tmp_path, embedder, FOLDER, approval="on") as room:
        send(other_process(room), "fees.md")
        editor = StaffDesk(room, "en", name="").named_account("Editor Li")
        approver = editor.named_account("Approver Fang", Role.APPROVER)
        assert approver.open().count("a", "fees.md") == 1 and room.arriving.opened is None
        approver.open("folder/incoming")
        until(lambda: room.arriving.queue().read_all()[0].state == "clash")
        assert approver.open().count("a", "Fees") == 1, "once it is read, by its title"


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_file_that_was_not_read_yet_is_read_without_a_page_being_opened_where_one_process_serves(
    tmp_path: Path, embedder: Embedder, is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stocked(tmp_path, embedder, FOLDER) as room:
        killed = other_process(room)
        monkeypatch.setattr(killed.pool, "submit", lambda *_: None)
        send(killed, "fees.md")
        if is_shared:
            servers = {"chroma_url": "http://127.0.0.1:9", "database_url": "postgresql://a:b@127.0.0.1/c"}
            monkeypatch.setattr(room.library, "settings", room.settings.model_validate(
                room.settings.model_dump() | servers))  # fmt: skip
        room.resume_uploads()
        assert (room.arriving.opened is None) == is_shared
        if not is_shared:
            until((room.settings.knowledge_dir / "fees.md").is_file)
