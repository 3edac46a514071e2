"""Old formats: refused with what to do where LibreOffice is missing, read through it where it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.loaders.formats import LEGACY, read_by_format
from ingest.loaders.libreoffice import PROGRAMS, open_converted
from store.documents import UnreadableFileError
from text.messages import message

INSTALLED = any(map(shutil.which, PROGRAMS))


@pytest.mark.parametrize("old", LEGACY)
def test_without_libreoffice_the_clerk_is_told_what_to_do(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(UnreadableFileError, match="not installed") as caught,
        open_converted(tmp_path / f"a{old}", old, LEGACY[old]),
    ):
        pass
    assert f"save it as {LEGACY[old]}" in str(caught.value.remedy)


@pytest.mark.skipif(not INSTALLED, reason="needs LibreOffice")
def test_with_libreoffice_an_old_word_file_is_read(shared: Path) -> None:
    loaded = read_by_format(shared / "documents" / "legacy_sample.doc", ".doc", ocr=False)
    assert "# Let’s swim!" in loaded.text
    assert message("file.converted") in loaded.quality.notes


@pytest.mark.parametrize(("script", "reason"), [("exit 1", "could not convert"), ("sleep 60", "took over")])
def test_a_conversion_that_fails_or_hangs_is_a_refusal(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nexec {script}\n" if script.startswith("sleep") else f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("ingest.loaders.libreoffice.CONVERT_SECONDS", 1)
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(UnreadableFileError, match=reason), open_converted(tmp_path / "a.doc", ".doc", ".docx"):
        pass
