"""A file that comes in is read and lands, or waits for a decision where it meets a document that is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import Metadata
from ingest.incoming import arrivals as module
from ingest.incoming.arrivals import Arrival, Arrivals, NotNoted
from ingest.incoming.judging import Outlook, clash, outlook
from ingest.opening import Library
from ingest.removing import Gone

LAW = "# 江城市补贴办法\n\n江商〔2025〕12号\n\n江城市商务局\n\n第一条 最高补贴50万元。\n\n第二条 本办法自{}起施行。\n"
OLD, NEW = LAW.format("2025年3月1日"), LAW.format("2026年3月1日").replace("50", "80")


class Notes(list[tuple[str, str, str]]):
    def __call__(self, who: str, action: str, source: str, details: Mapping[str, str]) -> None:
        self.append((who, action, source))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def arrivals(library: Library, notes: Notes) -> Arrivals:
    return Arrivals(library.settings, library.index, notes)


def send(arrivals: Arrivals, name: str, content: str, folder: str = "") -> Arrival:
    """A file that was sent, when it is done with as far as it goes by itself."""
    with arrivals.staging.received(name, folder, "王芳", len(content.encode())) as (staged, path):
        path.write_text(content, encoding="utf-8")
    arrivals.take(staged)
    until = time.monotonic() + 30
    while (arrival := arrivals.find(staged.id)).state in ("waiting", "reading"):
        assert time.monotonic() < until
        time.sleep(0.02)
    return arrival


def in_folder(library: Library) -> dict[str, str]:
    root = library.settings.knowledge_dir
    return {each.relative_to(root).as_posix(): each.read_text() for each in root.rglob("*") if each.is_file()}


def test_what_meets_nothing_lands_by_itself(arrivals: Arrivals, library: Library, notes: Notes) -> None:
    arrival = send(arrivals, "办法.md", OLD, "laws/new")
    assert (arrival.state, arrival.source) == ("landed", "laws/new/办法.md")
    assert in_folder(library) == {"laws/new/办法.md": OLD}
    assert notes == [("王芳", "document.added", "laws/new/办法.md")]
    assert arrivals.staging.all() == []


def test_the_same_content_is_not_added_twice(arrivals: Arrivals, library: Library, notes: Notes) -> None:
    send(arrivals, "办法.md", OLD)
    again = send(arrivals, "another name.md", OLD)
    assert (again.state, again.source) == ("same", "办法.md")
    assert list(in_folder(library)) == ["办法.md"]
    assert len(notes) == 1


def test_what_cannot_be_read_does_not_land(arrivals: Arrivals, library: Library, notes: Notes) -> None:
    arrival = send(arrivals, "办法.pdf", "%PDF-1.4 nothing")
    assert arrival.state == "unreadable" and arrival.unreadable and arrival.unreadable.remedy
    assert in_folder(library) == {} and not notes
    arrivals.discard(arrival.id)
    assert arrivals.all() == []


@pytest.mark.parametrize("name", ["办法.md", "新办法.md"])
def test_a_new_version_waits_even_if_the_old_one_was_added_a_moment_ago(
    arrivals: Arrivals, library: Library, notes: Notes, name: str
) -> None:
    send(arrivals, "办法.md", OLD)
    arrival = send(arrivals, name, NEW)
    assert arrival.state == "clash" and arrival.clash
    assert (arrival.clash.source, arrival.clash.why) == ("办法.md", "name" if name == "办法.md" else "number")
    assert in_folder(library) == {"办法.md": OLD}
    done = arrivals.decide(arrival.id, "replace", "李明")
    assert (done.state, done.source) == ("landed", "办法.md")
    assert in_folder(library) == {"办法.md": NEW}
    arrivals.put_back(done.removed, "李明")
    assert in_folder(library) == {"办法.md": OLD}
    assert [action for _, action, _ in notes] == ["document.added", "document.replaced", "document.version_back"]


def test_both_can_be_kept(arrivals: Arrivals, library: Library, notes: Notes) -> None:
    send(arrivals, "办法.md", OLD)
    waiting = send(arrivals, "办法.md", NEW)
    assert arrivals.outlook(waiting, date(2026, 11, 1)) == Outlook("new")
    assert arrivals.outlook(waiting, date(2026, 1, 1)) == Outlook("new", date(2026, 3, 1))
    assert arrivals.decide(waiting.id, "keep_both", "李明").source == "办法 (2).md"
    assert in_folder(library) == {"办法.md": OLD, "办法 (2).md": NEW}
    assert notes[-1] == ("李明", "document.kept_both", "办法 (2).md")


def test_discarded_nothing_is_left_and_nothing_can_be_decided_any_more(arrivals: Arrivals, library: Library) -> None:
    send(arrivals, "办法.md", OLD)
    waiting = send(arrivals, "办法.md", NEW)
    arrivals.discard(waiting.id)
    assert in_folder(library) == {"办法.md": OLD}
    assert arrivals.staging.all() == []
    with pytest.raises(Gone):
        arrivals.decide(waiting.id, "replace", "x")


def test_two_clerks_who_decide_at_once_replace_once(arrivals: Arrivals) -> None:
    send(arrivals, "办法.md", OLD)
    waiting = send(arrivals, "办法.md", NEW)
    outcomes: list[str] = []

    def decide() -> None:
        try:
            outcomes.append(arrivals.decide(waiting.id, "replace", "x").state)
        except Gone:
            outcomes.append("gone")

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "landed"]
    assert len(arrivals.bin.all()) == 1


def test_what_waits_is_taken_up_after_a_start_anew(arrivals: Arrivals, library: Library, notes: Notes) -> None:
    send(arrivals, "办法.md", OLD)
    waiting = send(arrivals, "办法.md", NEW)
    again = Arrivals(library.settings, library.index, notes)
    until = time.monotonic() + 30
    while again.find(waiting.id).state != "clash":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nothing_is_done_that_cannot_be_noted(library: Library) -> None:
    away = [True]

    def note(*_: object) -> None:
        if away[0]:
            raise NotNoted

    arrivals = Arrivals(library.settings, library.index, note)
    arrival = send(arrivals, "办法.md", OLD)
    assert (arrival.state, arrival.trouble) == ("stuck", "not_noted")
    assert in_folder(library) == {}
    away[0] = False
    arrivals.again(arrival.id)
    arrivals.pool.shutdown(wait=True)
    assert in_folder(library) == {"办法.md": OLD}


def test_a_full_disk_is_told_and_the_file_waits(
    arrivals: Arrivals, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.landing, "copy", full)
    arrival = send(arrivals, "办法.md", OLD)
    assert (arrival.state, arrival.trouble) == ("stuck", "disk")
    assert in_folder(library) == {}
    assert len(arrivals.staging.all()) == 1


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (Metadata(language="zh", document_number="江商[2025] 12号"), "number"),
        (Metadata(language="en", document_number="江商〔2025〕12号"), None),
        (Metadata(language="zh", title="江城市补贴办法（修订）", issuer="江城市商务局"), "title"),
        (Metadata(language="zh", title="江城市补贴办法"), None),
        (Metadata(language="zh"), None),
    ],
)
def test_versions_are_told_by_number_or_by_title_and_issuer_in_one_language(
    tmp_path: Path, new: Metadata, expected: str | None
) -> None:
    old = Metadata(language="zh", title="江城市补贴办法", issuer="江城市商务局", document_number="江商〔2025〕12号")
    found = clash("x.md", "", new, tmp_path, {"old.md": old})
    assert (found.why if found else None) == expected


def test_without_dates_it_cannot_be_told_which_counts(tmp_path: Path) -> None:
    old = Metadata(language="zh", document_number="江商〔2025〕12号")
    assert outlook(old, "old.md", {"old.md": old}, date(2026, 1, 1)) == Outlook("both")
    later = Metadata(language="zh", document_number="江商〔2025〕12号", issued=date(2025, 5, 1))
    earlier = Metadata(language="zh", document_number="江商〔2025〕12号", issued=date(2024, 5, 1))
    assert outlook(earlier, "old.md", {"old.md": later}, date(2026, 1, 1)) == Outlook("old")
