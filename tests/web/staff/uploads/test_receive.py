"""What is sent to the room is taken from who has signed in, as far as it may be, and holds up nobody else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from ingest.uploads import staging
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from ingest.uploads.staging import Staging
from tests.serving import wait_for
from tests.support.staff_desk import sign_in
from tests.web.staff.conftest import service_of
from web.app import build
from web.http.security import LARGEST_REQUEST
from web.staff.context import StaffContext
from web.staff.uploads import receive as receiving
from web.staff.uploads.receive import Sent


def site(room: StaffContext) -> TestClient:
    return TestClient(build(service_of(room), room=room), follow_redirects=False)


def test_who_has_not_signed_in_sends_nothing_and_nothing_of_it_is_read(room: StaffContext) -> None:
    app = site(room).app
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "PUT", "scheme": "http", "server": ("testserver", 80),
        "path": "/staff/folder/incoming/file", "raw_path": b"/staff/folder/incoming/file", "root_path": "",
        "query_string": b"name=a.txt", "client": ("127.0.0.1", 1), "extensions": {},
        "headers": [(b"host", b"testserver"), (b"content-length", str(50 << 20).encode())],
    }  # fmt: skip
    with ThreadPoolExecutor() as beside:  # this thread has the loop of the browser
        beside.submit(asyncio.run, app(scope, receive, send)).result()  # type: ignore[arg-type]
    assert sent[0]["status"] == 303
    assert not (room.settings.data_dir / "incoming").exists()


def send(room: StaffContext, parts: list[bytes], size: int) -> list[Message]:
    """Sends a file to the app, which answers in a thread of its own. An empty part is the end; without one there is
    none."""
    held = sign_in(room)
    sent: list[Message] = []

    async def receive() -> Message:
        if not parts:
            await asyncio.sleep(60)
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "PUT", "scheme": "http", "server": ("testserver", 80),
        "path": "/staff/folder/incoming/file", "raw_path": b"/staff/folder/incoming/file", "root_path": "",
        "query_string": b"name=a.txt", "client": ("127.0.0.1", 1), "extensions": {},
        "headers": [
            (b"host", b"testserver"), (b"content-length", str(size).encode()), (b"cookie", f"staff={held}".encode()),
        ],
    }  # fmt: skip
    with ThreadPoolExecutor(1, "the loop") as loop:
        loop.submit(asyncio.run, site(room).app(scope, receive, send)).result()  # type: ignore[arg-type]
    return sent


def test_nothing_that_waits_for_the_disk_holds_up_the_loop(room: StaffContext, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[str, str] = {}

    def watch(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def watched(*arguments: Any) -> Any:
            threads[name] = current_thread().name
            return real(*arguments)

        monkeypatch.setattr(owner, name, watched)

    for owner, name in (
        (UploadQueue, "check"), (UploadQueue, "take"), (Staging, "check_size"), (Staging, "discard"),
        (staging, "replace"), (receiving, "check_content"),
    ):  # fmt: skip
        watch(owner, name)
    assert send(room, [b"abc", b"def", b""], 6)[0]["status"] == 204
    assert send(room, [b"abc", b"defg"], 6)[0]["status"] == 422
    assert len(threads) == 6
    assert [name for name, thread in threads.items() if thread.startswith("the loop")] == []


def test_a_connection_that_dies_without_a_word_keeps_no_room(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PART_SECONDS", 0.3)
    kept: list[dict[str, int]] = []
    real = Staging.discard

    def discard(self: Staging, staged_id: str) -> None:
        kept.append(self.receiving)
        real(self, staged_id)

    monkeypatch.setattr(Staging, "discard", discard)
    assert send(room, [b"abc"], 6)[0]["status"] == 400
    assert list((room.settings.data_dir / "incoming").iterdir()) == []
    assert kept == [{}]


def test_only_this_one_path_takes_more_than_a_conversation(room: StaffContext) -> None:
    visitor, large = site(room), b"x" * (LARGEST_REQUEST + 1)
    path = "/staff/folder/incoming/file"
    assert visitor.put(f"{path}?name=a.txt", content=large).status_code == 303
    assert visitor.post(f"{path}?name=a.txt", content=large).status_code == 413
    for other in (f"{path}/x", "/staff/folder/incoming/decide", "/x/staff/folder/incoming/file", "/staff/sign-in"):
        assert visitor.put(other, content=large).status_code == 413
    assert visitor.put(f"{path}?name=a.txt", content=iter([b"x"])).status_code == 411


def test_what_another_site_sends_is_refused(room: StaffContext) -> None:
    held = sign_in(room)
    client = site(room)
    client.cookies.set("staff", held)
    path = "/staff/folder/incoming/file?name=a.txt"
    assert client.put(path, content=b"x", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.put(path, content=b"x" * 10).status_code == 204
    refused = client.put(path.replace("a.txt", "large.txt"), content=b"", headers={"content-length": "200000000"})
    assert refused.status_code == 422
    assert "100 MB" in refused.text


def receive_file(room: StaffContext, name: str, content: bytes, instead: str = "") -> Upload:
    """An upload by the id that receiving gave, once it waits or has landed."""

    async def body() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    request = Request({"type": "http", "method": "PUT", "headers": [], "state": {"who": "王芳"}}, body)
    sent = Sent(name, "", len(content), instead=instead)
    with ThreadPoolExecutor() as beside:  # this thread has the loop of the browser
        found = beside.submit(asyncio.run, receiving.receive(request, room.arriving, sent)).result()
    uploads = room.arriving.queue()
    wait_for(lambda: uploads.find(found).state not in ("waiting", "reading"))
    return uploads.find(found)


def test_a_corrected_file_has_the_id_of_the_one_that_was_returned(room: StaffContext) -> None:
    receive_file(room, "fees.md", b"# Fees\n\nThe fee is 5 yuan.")
    waiting = receive_file(room, "fees.md", b"# Fees\n\nThe fee is 6 yuan.")
    assert waiting.state == "clash"
    room.arriving.queue().give_back(waiting.id, "It is 7 yuan.", "李明")
    corrected = receive_file(room, "fees.md", b"# Fees\n\nThe fee is 7 yuan.", waiting.id)
    assert corrected.id == waiting.id and not corrected.staged.returned
