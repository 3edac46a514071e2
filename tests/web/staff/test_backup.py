"""An administrator takes a backup away, and others do not."""

from __future__ import annotations

import io
import zipfile

from ingest.backup.archive import MANIFEST, read_manifest
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import both
from web.staff.context import StaffContext


@both
def test_a_backup_is_made_downloaded_and_noted_and_nothing_of_it_stays(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("backup")
    assert "python -m ingest restore" in desk.text("pre")
    made = desk.client.post("/backup/file")
    assert made.headers["content-type"] == "application/zip" and ".zip" in made.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert read_manifest(archive).vectors == room.index.vectors.count()
        assert {MANIFEST, "data/records.sqlite"} <= set(archive.namelist())
    assert not list(room.settings.data_dir.glob("*backup-*"))
    assert room.audit.entries(limit=1)[0].action == "backup.made"
    assert desk.say("log.action.backup.made") in desk.open("log").texts("tbody tr")[0]


def test_a_backup_that_fails_says_why(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    (room.settings.data_dir / "broken.sqlite").write_text("no database " * 100, encoding="utf-8")
    failed = desk.client.post("/backup/file")
    assert failed.status_code == 503 and "was not made" in failed.text
    assert not list(room.settings.data_dir.glob("*backup-*"))
