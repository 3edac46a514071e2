"""The index knows when its content last changed, and nothing but a change of content moves that moment."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.watcher import WatchedLibrary
from store.documents import Document
from store.index import Index, Revision

Put = Callable[[str, str], Path]
ROOT = Path(__file__).resolve().parents[3]
ASKING = """
import sys
from pathlib import Path
from store.index import open_index
with open_index(Path(sys.argv[1]), "any") as held:
    print(held.index.last_update())
"""


def test_a_document_put_changed_or_removed_is_a_change(library: WatchedLibrary, put: Put) -> None:
    moments = [library.index.last_update()]
    for change in (
        lambda: put("filing.md", "# Filing\n\nIt takes 7 days."),
        lambda: put("filing.md", "# Filing\n\nIt takes 9 days."),
        (library.settings.knowledge_dir / "filing.md").unlink,
    ):
        before = datetime.now(UTC)
        change()
        library.sync(allow_empty=True)
        moment = library.index.last_update()
        assert moment is not None and before <= moment <= datetime.now(UTC)
        moments.append(moment)
    assert moments[0] is None and len(set(moments)) == 4


def test_a_sync_that_finds_nothing_new_is_none(library: WatchedLibrary, put: Put) -> None:
    path = put("filing.md", "# Filing\n\nIt takes 7 days.")
    library.sync()
    moment = library.index.last_update()
    library.sync()
    path.touch()
    library.sync()
    assert library.index.last_update() == moment


def test_a_file_that_was_never_read_and_goes_is_none(library: WatchedLibrary, put: Put) -> None:
    put("filing.md", "# Filing\n\nIt takes 7 days.")
    broken = put("broken.pdf", "no PDF")
    assert library.sync().failed
    moment = library.index.last_update()
    broken.unlink()
    library.sync()
    assert not library.index.failures()
    assert library.index.last_update() == moment


def test_a_change_that_fails_midway_leaves_the_moment_as_it_was(tmp_path: Path) -> None:
    index = Index(tmp_path, "recipe")
    index.put([Revision(Document("filing.md", "It takes 7 days."), [], "1")])
    moment = index.last_update()
    with pytest.raises(AttributeError):
        index.put([Revision(Document("rules.md", "None."), [], "1"), None])  # type: ignore[list-item]
    assert index.document("rules.md") is None
    assert index.last_update() == moment


def test_an_index_from_before_says_nothing_until_it_changes(tmp_path: Path) -> None:
    index = Index(tmp_path, "recipe")
    index.put([Revision(Document("filing.md", "It takes 7 days."), [], "1")])
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("DELETE FROM recipe WHERE name = 'updated'")
    assert Index(tmp_path, "recipe").last_update() is None


def test_another_process_is_told_by_the_owner(library: WatchedLibrary, put: Put) -> None:
    put("filing.md", "# Filing\n\nIt takes 7 days.")
    library.sync()
    asking = [sys.executable, "-c", ASKING, str(library.settings.data_dir / "index")]
    told = subprocess.run(asking, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert told == str(library.index.last_update())
