"""A file of two pages, and how a page of it is corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.corrections.correction_file import Correction, correct
from settings import Settings
from store import folder
from tests.support.pdf_files import drawn, lines

ROWS = ("Overseas investment filing guide", "Step one prepare the application form")


def mend(path: Path, page: int, text: str, who: str = "") -> None:
    """Corrects a page of the file that lies there."""
    correct(path, page, Correction(text, who), folder.content(path))


@pytest.fixture
def guide(settings: Settings) -> Path:
    """A file of two pages."""
    return drawn(settings.knowledge_dir / "guide.pdf", lines(ROWS), lines(["The second page is about fees."]))
