"""A program keeps the documents as the staff do: checked, decided on, put into the trash, and in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from records import Role
from store.embeddings import Embedder
from tests.support.staff_desk import StaffDesk
from tests.web.api.conftest import Center
from tests.web.staff.conftest import service_of, stocked
from tests.web.staff.samples import FOLDER, RUSSIA
from web.app import build

NEW = "# 巴西税收指南\n\n## 企业所得税\n\n巴西企业所得税的基本税率为15%。\n"
OLD, LATE = (
    f"---\ntitle: 江城市外贸补贴办法\nlanguage: zh\nissuer: 江城市商务局\ndocument_number: 江商发〔{year}〕7号\n"
    f"effective_from: {year}-01-01\n{more}---\n# 江城市外贸补贴办法\n\n企业可申请补贴。\n"
    for year, more in (("2024", ""), ("2025", "supersedes: ['江商发〔2024〕7号']\n"))
)


@pytest.fixture
def own(tmp_path: Path, remembering_embedder: Embedder) -> Iterator[Center]:
    """A center whose documents a test may change."""
    files = FOLDER | {"outbound/old.zh.md": OLD, "outbound/late.zh.md": LATE}
    with stocked(tmp_path, remembering_embedder, files) as room:
        yield Center(room, build(service_of(room), room=room))


def until(ask: Callable[[], Any], states: tuple[str, ...]) -> Any:
    end = time.monotonic() + 60
    while (found := ask())["state"] not in states:
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def sent(program: TestClient, source: str, text: str) -> Any:
    """An upload once it has been read."""
    response = program.put(f"/api/v1/documents/{source}", content=text.encode())
    assert response.status_code == 202, response.text
    where = response.headers["location"]
    return until(lambda: program.get(where).json(), ("published", "clash", "same", "unreadable", "stuck"))


def test_documents_are_listed_and_read_as_the_command_line_lists_them(own: Center) -> None:
    program = own.program()
    listed = program.get("/api/v1/documents", params={"limit": 1}).raise_for_status().json()
    assert listed["total"] == 4 and len(listed["documents"]) == 1 and listed["failed"] == []
    one = program.get("/api/v1/documents/outbound/russia.zh.md").raise_for_status().json()
    assert one["title"] == "俄罗斯税收指南" and "22%" in one["text"] and one["metadata"]["countries"] == ["RU"]
    missing = program.get("/api/v1/documents/outbound/mars.md", headers={"accept-language": "zh"})
    assert missing.status_code == 404 and "outbound/mars.md" in missing.json()["detail"]


def test_a_new_document_is_published_and_a_new_version_waits_for_a_decision(own: Center) -> None:
    program, audit = own.program(), own.room.audit
    done = sent(program, "outbound/brazil.zh.md", NEW)
    assert (done["state"], done["source"], done["sent_by"]) == ("published", "outbound/brazil.zh.md", "API: portal")
    assert (own.room.settings.knowledge_dir / "outbound/brazil.zh.md").read_text("utf-8") == NEW
    waits = sent(program, "outbound/russia.zh.md", RUSSIA.replace("22%", "20%"))
    assert waits["state"] == "clash" and waits["conflict"] == {"why": "name", "source": "outbound/russia.zh.md"}
    assert waits["id"] in StaffDesk(own.room, app=own.app).client.get("/staff/folder/incoming").text
    decision = {"decision": "replace", "conflict": "outbound/russia.zh.md"} | {
        "confirm": waits["decisions"]["replace"]["confirm"]
    }
    where = f"/api/v1/uploads/{waits['id']}/decision"
    assert program.post(where, json=decision | {"conflict": "another.md"}).status_code == 409
    replaced = program.post(where, json=decision).raise_for_status().json()
    assert replaced["state"] == "published" and replaced["removed_id"]
    assert "20%" in (own.room.settings.knowledge_dir / "outbound/russia.zh.md").read_text("utf-8")
    assert own.room.trash.find(replaced["removed_id"]).who == "API: portal"
    noted = [(each.who, each.action, each.subject) for each in audit.entries()]
    assert noted[:2] == [
        ("API: portal", "document.replaced", "outbound/russia.zh.md"),
        ("API: portal", "document.added", "outbound/brazil.zh.md"),
    ]
    assert program.post(where, json=decision).status_code == 404


def test_where_staff_approve_a_program_s_file_waits_and_the_program_cannot_decide(own: Center) -> None:
    for name in ("Li", "Fang"):
        own.room.accounts.set_password(own.room.accounts.add(name, Role.EDITOR).id, "hash")
    program = own.program()
    waits = sent(program, "new.md", "# New\n\nThe fee is 5 yuan.\n")
    assert waits["state"] == "clash"
    refused = program.post(f"/api/v1/uploads/{waits['id']}/decision", json={"decision": "keep_both"})
    assert refused.status_code == 403 and "second person" in refused.json()["detail"]
    assert not (own.room.settings.knowledge_dir / "new.md").exists()


def test_a_program_discards_its_own_file_with_an_entry_in_the_log_and_nobody_else_s(own: Center) -> None:
    li = StaffDesk(own.room, app=own.app, name="").named_account("Li")
    li.named_account("Fang")
    li.client.put("/staff/folder/incoming/file", params={"name": "li.md"}, content=b"# Fees\n\nThe fee is 5 yuan.\n")
    program = own.program()
    mine = sent(program, "new.md", "# New\n\nThe fee is 6 yuan.\n")["id"]
    (theirs,) = (each for each in program.get("/api/v1/uploads").json()["uploads"] if each["sent_by"] == "Li")
    until(lambda: program.get(f"/api/v1/uploads/{theirs['id']}").json(), ("clash",))
    discard = {"decision": "discard"}
    assert program.post(f"/api/v1/uploads/{theirs['id']}/decision", json=discard).status_code == 403
    program.post(f"/api/v1/uploads/{mine}/decision", json=discard).raise_for_status()
    assert [each["name"] for each in program.get("/api/v1/uploads").json()["uploads"]] == ["li.md"]
    (entry,) = own.room.audit.entries(("upload.discarded",))
    assert (entry.who, entry.subject) == ("API: portal", "new.md")


@pytest.mark.parametrize(
    ("source", "content", "reason"),
    [
        ("outbound/a.exe", b"MZ", "type"),
        ("outbound/a.pdf", b"MZ\x90\x00 program", "program"),
        ("outbound/a.zh.md.yaml", b"title: a", "sidecar"),
        ("templates/a.md", b"# a", "folder"),
        ("../../a.md", b"# a", "dot"),
        ("outbound/a.md", b"", "empty"),
    ],
)
def test_a_file_that_the_staff_could_not_add_is_refused_in_words(
    center: Center, client: TestClient, source: str, content: bytes, reason: str
) -> None:
    path = "/api/v1/documents/" + source.replace("..", "%2e%2e")
    refused = client.put(path, content=content)
    assert refused.status_code == 422 and refused.json()["reason"] == reason, refused.text
    assert refused.json()["detail"]
    assert client.get("/api/v1/uploads").json() == {"uploads": []}


def test_removing_what_others_depend_on_needs_a_confirmation(own: Center) -> None:
    program = own.program()
    where = "/api/v1/documents/outbound/late.zh.md"
    asked = program.delete(where)
    assert asked.status_code == 409, asked.text
    (change,) = asked.json()["changes"]
    assert change["source"] == "outbound/old.zh.md" and "superseded" in change["before"]
    gone = program.delete(where, params={"confirm": asked.json()["confirm"]}).raise_for_status().json()
    assert own.room.trash.find(gone["trash_id"]).source == "outbound/late.zh.md"
    entry = own.room.audit.entries()[0]
    assert (entry.who, entry.action) == ("API: portal", "document.removed") and entry.details
    assert program.delete(where, params={"confirm": asked.json()["confirm"]}).status_code == 404
