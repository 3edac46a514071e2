"""The paragraphs of a document as they are read and as they are compared."""

from __future__ import annotations

import re
import unicodedata

from ingest.chunking import read_blocks

RULE = re.compile(r"[\s|:*_-]+")
"""A line that only separates: under the header of a table, between parts."""
MARKS = re.compile(r"^#{1,6} +|\*\*|^\||\|$")


def paragraphs(text: str) -> list[str]:
    """Paragraphs, list items, table rows and headings of a Markdown text, without its marks."""
    blocks = (text[block.start : block.end].strip() for block in read_blocks(text))
    return [re.sub(r"\s+", " ", MARKS.sub("", block)).strip() for block in blocks if not RULE.fullmatch(block)]


def compared(paragraph: str) -> str:
    """A paragraph as it is compared: two readers of one text set other blanks and other widths of signs."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", paragraph))
