"""What a line rests on is carried from the Markdown file to the chunk, and is no part of its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from ingest.watcher import WatchedLibrary
from store.index.database.sqlite import connect
from store.index.tables import catalog
from store.index.tables.catalog import read_document

GUIDE = """---
title: 境外投资备案指南
kind: guide
reviewed_on: 2026-11-24
review_by: 2027-05-24
---
# 境外投资备案指南

发改委境外投资备案需要7个工作日。[^ndrc-order-11 第14条]

## 期限

| 事项 | 期限 [^ndrc-order-11] |
|---|---|
| 备案 | 7个工作日 |

## 需要核实 [^?]

- 收费须向浙江省发展改革委核实。
"""


def test_a_mark_is_in_no_text_and_in_each_chunk_of_its_line(
    library: WatchedLibrary, put: Callable[[str, str], Path]
) -> None:
    put("guide.md", GUIDE)
    library.sync()
    revision = library.index.revision("guide.md")
    assert revision
    assert "[^" not in revision.document.text
    assert {mark.id for mark in revision.document.bases} == {"ndrc-order-11", "?"}
    for chunk in revision.chunks:
        assert chunk.text == revision.document.text[chunk.start : chunk.end]
        inside = [mark for mark in revision.document.bases if chunk.start <= mark.start < chunk.end]
        assert list(chunk.bases) == inside


def test_a_catalog_from_before_there_were_bases_is_read_and_written_on(tmp_path: Path) -> None:
    place = tmp_path / "catalog.sqlite"
    with sqlite3.connect(place) as old:
        old.executescript(catalog.SCHEMA.replace(",\n    bases TEXT NOT NULL DEFAULT '[]'", ""))
        old.execute(
            "INSERT INTO documents VALUES ('a.md', 'r', 's', 1, 'Text.', '{}', '[]', '{}', '[]')",
        )
    old.close()
    connection = connect(place)
    document = read_document(connection, "a.md")
    assert document
    assert document.bases == ()
    connection.close()


def test_a_guide_is_found_by_what_people_ask_and_shows_it_to_nobody(
    library: WatchedLibrary, put: Callable[[str, str], Path], found: Callable[[str], set[str]]
) -> None:
    put("guide.md", GUIDE.replace("kind: guide", "kind: guide\nalso_asked: [海外开厂, 走出去]"))
    put("other.md", "# 停车管理\n\n停车每小时5元。\n")
    library.sync()
    assert any("境外投资备案指南" in each for each in found("海外开厂"))
    assert not any("停车" in each for each in found("海外开厂"))
    document = library.index.document("guide.md")
    assert document
    assert "海外开厂" not in document.text
