"""Chinese text kept from PDF files: pdfium's text against the text of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium

import settings as configuration
from evals.results import Cell
from ingest.loaders.pdf.read_pdf import read_pages
from text.normalise import normalise
from text.scripts import IDEOGRAPH


def count_kept_rows(samples: Sequence[Path]) -> list[dict[str, Cell]]:
    """Returns the number of ideographs in each Chinese PDF and the share that is kept."""
    found: list[dict[str, Cell]] = []
    for path in samples:
        if path.suffix == ".pdf" and (expected := count_by_pdfium(path)):
            pages = read_pages(path, configuration.current().ocr == "on")
            kept = ideographs("\n".join(page.text for page in pages)) & expected
            share = kept.total() / expected.total()
            found.append({"file": path.name, "ideographs": expected.total(), "kept": share})
    return found


def count_by_pdfium(path: Path) -> Counter[str]:
    """Counts the ideographs that pdfium finds; none for a file that it cannot open."""
    try:
        with pdfium.PdfDocument(path) as document:
            return ideographs("\n".join(page.get_textpage().get_text_range() for page in document))
    except pdfium.PdfiumError:
        return Counter()


def ideographs(text: str) -> Counter[str]:
    """Counts each ideograph of a text, after normalising."""
    return Counter(character for character in normalise(text) if IDEOGRAPH.match(character))
