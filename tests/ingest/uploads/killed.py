"""What the test of undecided files runs in a process of its own: files that come in, until it is killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ingest.uploads import publish
from ingest.uploads.queue import UploadQueue
from ingest.uploads.staging import Staging
from ingest.uploads.trash import Trash
from settings import Settings
from tests.support.forked_readers import fork_readers


def no_note(_who: str, _action: str, _source: str, _details: Mapping[str, str]) -> None:
    """Nobody looks at the log here."""


def empty_index() -> Any:
    """An index of a folder that has not been read yet."""
    return SimpleNamespace(documents=dict, fingerprints=dict, document=lambda _: None)


def opened(settings: Settings) -> UploadQueue:
    return UploadQueue(settings, empty_index(), Trash(settings.knowledge_dir, settings.data_dir), no_note)


def send(uploads: UploadQueue, name: str, content: str) -> str:
    """Sends a file; gives its id once all that happens by itself has happened."""
    with uploads.receive(name, "", "uploader", len(content.encode())) as (staged, path):
        path.write_text(content, encoding="utf-8")
    uploads.take(staged)
    until = time.monotonic() + 30
    while uploads.find(staged.id).state in ("waiting", "reading") and time.monotonic() < until:
        time.sleep(0.01)
    return staged.id


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_after(real: Callable[..., Any]) -> Callable[..., Any]:
    def done_then_killed(*given: Any, **named: Any) -> None:
        real(*given, **named)
        die()

    return done_then_killed


MOMENTS: Mapping[str, Callable[[], None]] = {
    "while it is read": lambda: setattr(sys.modules["ingest.uploads.queue"], "read_revision", die),
    "before it is held": lambda: setattr(Staging, "hold", die),
    "after it was held": lambda: setattr(Staging, "hold", dying_after(Staging.hold)),
    "before it is put": lambda: setattr(publish, "put", die),
    "after it was put": lambda: setattr(publish, "put", dying_after(publish.put)),
    "once it waits or has landed": lambda: None,
}
"""When the process is killed."""


def main(place: Path, name: str, moment: str) -> None:
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    fork_readers()
    uploads = opened(settings)
    MOMENTS[moment]()
    send(uploads, name, (place / "sent.md").read_text(encoding="utf-8"))
    die()
