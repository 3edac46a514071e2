"""Days that were not taken are listed for the clerk, and what older rules read is read again."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date
from json import loads
from pathlib import Path

import pytest

from ingest.__main__ import audit, status
from ingest.metadata import RULES
from ingest.watcher import WatchedLibrary

Put = Callable[[str, str], Path]
NOTICE = """# 钱塘区支持企业出海若干措施

钱政办发〔2026〕3号

第一条 本措施自2026年1月1日起施行，有效期至2126年12月31日。
"""
JSON = Namespace(json=True, files=[])


def test_status_warns_of_a_day_that_was_not_taken(
    library: WatchedLibrary, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.md", NOTICE)
    library.sync()
    status(library, JSON)
    (document,) = loads(capsys.readouterr().out)["documents"]
    (warning,) = document["warnings"]
    assert "effective_to was not taken from “有效期至2126年12月31日”" in warning
    assert document["validity"] == "in_force"


def test_check_notes_what_the_text_says_and_calls_an_error_what_somebody_wrote(
    library: WatchedLibrary, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.md", NOTICE)
    assert audit(library, JSON) == 0
    found = loads(capsys.readouterr().out)["problems"]
    assert [each["level"] for each in found if "was not taken" in each["text"]] == ["note"]
    put("a.md.yaml", "effective_to: 2126-12-31\n")
    assert audit(library, JSON) == 1
    found = loads(capsys.readouterr().out)["problems"]
    assert [each["text"] for each in found if each["level"] == "error"] == [
        "sidecar: effective_to is more than 30 years away: 2126-12-31. Correct it, or leave it empty if there is none."
    ]
    put("a.md.yaml", "effective_to: null\n")
    assert audit(library, JSON) == 0
    assert "was not taken" not in capsys.readouterr().out


def test_a_document_whose_metadata_older_rules_read_is_read_again_once(library: WatchedLibrary, put: Put) -> None:
    put("a.md", NOTICE.replace("2126年12月31日", "2027年底"))
    library.sync()
    fingerprint = library.index.fingerprints()["a.md"]
    library.index.set_fingerprint("a.md", fingerprint.removesuffix(f"|{RULES}"))
    assert library.sync().updated == 1
    assert library.index.documents()["a.md"].effective_to == date(2027, 12, 31)
    assert library.sync().unchanged == 1
