"""The list of files says what the checks find, and checks a file again only when something has changed."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.metadata.write_front_matter import write_metadata
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import until
from web.staff.uploads import problems
from web.staff.uploads.read_text import check_read

PAGE = "folder/incoming"


def test_a_waiting_file_is_checked_once_until_it_or_what_it_keeps_changes(
    editor: StaffDesk, approver: StaffDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, queue, path = editor.room, editor.room.arriving.queue(), editor.room.settings.knowledge_dir / "fees.txt"
    path.write_text("The fee is 5 yuan.", encoding="utf-8")
    room.library.sync()
    for name, replaces in (("new.txt", "fees.txt"), ("other.txt", "")):
        sent = {"name": name, "folder": "", "replaces": replaces}
        editor.client.put(f"{PAGE}/file", params=sent, content=f"{name}: the fee is 6 yuan.".encode())
    until(lambda: [each.state for each in queue.read_all()] == ["clash", "clash"])
    checked, listed, real, real_list = list[str](), list[int](), check_read, queue.list_metadata

    def counted(document: Any, *more: Any) -> Any:
        checked.append(document.source)
        return real(document, *more)

    def counted_list() -> Any:
        listed.append(1)
        return real_list()

    monkeypatch.setattr(problems, "check_read", counted)
    monkeypatch.setattr(queue, "list_metadata", counted_list)
    for _ in range(3):
        assert editor.open(PAGE).count(".arrivals .problems", "who issued") == 2
    assert sorted(checked) == ["new.txt", "other.txt"] and len(listed) == 3, "once for a list"
    write_metadata(path, {"issuer": "Bureau"})
    assert editor.open(PAGE).count(".arrivals .problems", "who issued") == 1, "the replacement keeps the issuer"
    assert approver.open(PAGE).count(".arrivals .problems") == 0, "they are for the author"
    assert sorted(checked) == ["new.txt", "new.txt", "other.txt"]
