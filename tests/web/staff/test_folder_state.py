"""The whole folder gone is one trouble, said once on every page, and over as soon as it is back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import watcher
from records import AuditEntry
from store.embeddings import Embedder
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import stocked, until, watched

LAWS = {f"laws/{number}.md": f"# Law {number}\n\nThe fee of law {number} is {number} yuan.\n" for number in range(8)}


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_folder_that_is_away_is_one_banner_and_not_a_trouble_for_each_document(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(watcher, "SETTLE_SECONDS", 0.2)
    with stocked(tmp_path, embedder, LAWS) as room, watched(room.library):
        place = room.settings.knowledge_dir
        desk = StaffDesk(room, "en").open("folder")
        assert desk.count("#folder-trouble") == 0
        place.rename(tmp_path / "away")
        if how == "empty":
            place.mkdir()
        until(lambda: room.library.progress().stage == "failed")
        for page in ("", "folder", "asked", "switch", "folder/document?source=laws/1.md"):
            assert desk.say("frame.folder_away") in desk.open(page).text("#folder-trouble")
            assert desk.texts(".count") == ["1"]
        desk.open("folder")
        assert desk.count("tbody tr") == 8 and desk.count("tbody .badge.bad") + desk.count(".leaving") == 0
        assert desk.count(".said.trouble") == 1
        if how == "empty":
            place.rmdir()
        (tmp_path / "away").rename(place)
        until(lambda: room.library.progress().stage == "ready" and not room.library.missing())
        assert desk.open("folder").count("#folder-trouble") == 0


def test_the_page_of_a_removed_document_says_who_removed_it_and_puts_it_back(
    tmp_path: Path, embedder: Embedder
) -> None:
    with stocked(tmp_path, embedder, LAWS) as room:
        desk, place = StaffDesk(room, "en"), room.settings.knowledge_dir
        assert desk.remove("laws/1.md").response.status_code == 200
        room.library.sync(allow_removals=True)
        desk.take(desk.client.get("folder/document?source=laws/1.md"))
        assert desk.response.status_code == 404 and "was removed by 王芳" in desk.text("main")
        desk.press(desk.say("documents.back_into"))
        assert (place / "laws/1.md").is_file()
        (place / "laws/2.md").unlink()
        room.audit.note(AuditEntry("x", "document.edited", "laws/2.md", {}))
        room.library.sync(allow_removals=True)
        desk.take(desk.client.get("folder/document?source=laws/2.md"))
        assert desk.say("documents.gone_unknown") in desk.text("main")
        desk.take(desk.client.get("folder/document?source=laws/none.md"))
        assert desk.say("frame.missing") in desk.text("main")
