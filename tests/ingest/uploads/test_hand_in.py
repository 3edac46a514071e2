"""The log has each hand-in of a file once, and a log that is away keeps no file from waiting."""

from __future__ import annotations

import errno
import json

import pytest

from ingest.uploads import queue as module
from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Upload
from ingest.uploads.staging import NOTE
from ingest.uploads.trash import Trash
from ingest.watcher import WatchedLibrary
from tests.ingest.uploads.test_queue import OLD, Notes, send, settled

HANDED_IN = ("王芳", "draft.sent", "办法.md")


class Log(Notes):
    """A log that may be away."""

    is_away = False

    def __call__(self, *entry: object) -> None:
        if self.is_away:
            raise DecisionNotNotedError
        super().__call__(*entry)  # type: ignore[arg-type]

    def ask(self) -> bool:
        """Says that all is approved, from accounts in the same database."""
        if self.is_away:
            raise DecisionNotNotedError
        return True

    def sent(self) -> int:
        return self.count(HANDED_IN)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def uploads(library: WatchedLibrary, log: Log) -> UploadQueue:
    return opened(library, log)


def opened(library: WatchedLibrary, log: Log) -> UploadQueue:
    settings = library.settings
    return UploadQueue(settings, library.index, Trash(settings.knowledge_dir, settings.data_dir), log, log.ask)


def exchange(uploads: UploadQueue, earlier: Upload, text: str) -> Upload:
    """Sends another file in place of one that waits."""
    with uploads.staging.receive("办法.md", "", "王芳", len(text.encode())) as (staged, path):
        path.write_text(text, encoding="utf-8")
    uploads.take(staged, earlier.id)
    return settled(uploads, earlier.staged)


def test_while_the_log_is_away_a_file_waits_as_it_was_read_and_the_next_look_logs_it(
    uploads: UploadQueue, log: Log
) -> None:
    log.is_away = True
    waiting = send(uploads, "办法.md", OLD)
    assert (waiting.state, waiting.trouble) == ("clash", "") and waiting.document
    assert uploads.look_again(waiting.id).document and log.sent() == 0
    log.is_away = False
    for _ in range(2):
        assert uploads.look_again(waiting.id).state == "clash" and log.sent() == 1


def test_a_restart_logs_what_could_not_be_logged_before(
    library: WatchedLibrary, uploads: UploadQueue, log: Log
) -> None:
    log.is_away = True
    waiting = send(uploads, "办法.md", OLD)
    uploads.pool.shutdown(wait=True)
    log.is_away = False
    for _ in range(2):
        settled(again := opened(library, log), waiting.staged)
        again.pool.shutdown(wait=True)
        assert log.sent() == 1


def test_a_failed_publication_that_is_tried_again_is_no_second_hand_in(
    uploads: UploadQueue, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    waiting = send(uploads, "办法.md", OLD)
    with monkeypatch.context() as patched:
        patched.setattr(module.publish, "copy", full)
        assert uploads.decide(waiting.id, "keep_both", "李明").state == "stuck"
    uploads.again(waiting.id)
    assert settled(uploads, waiting.staged).state == "clash"
    uploads.pool.shutdown(wait=True)
    assert log.sent() == 1


def test_another_file_in_its_place_is_a_hand_in_of_its_own(uploads: UploadQueue, log: Log) -> None:
    waiting = send(uploads, "办法.md", OLD)
    assert exchange(uploads, waiting, OLD.replace("50", "60")).state == "clash"
    uploads.pool.shutdown(wait=True)
    assert log.sent() == 2


def test_what_an_earlier_version_of_the_program_marked_to_wait_was_handed_in(
    library: WatchedLibrary, uploads: UploadQueue, log: Log
) -> None:
    waiting = send(uploads, "办法.md", OLD)
    uploads.pool.shutdown(wait=True)
    note = uploads.staging.place / waiting.id / NOTE
    written = json.loads(note.read_bytes())
    assert written.pop("handed_in") is True
    note.write_text(json.dumps(written), encoding="utf-8")
    settled(again := opened(library, log), waiting.staged)
    again.pool.shutdown(wait=True)
    assert log.sent() == 1
