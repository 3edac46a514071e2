"""Paragraphs of a document as displayed and as compared."""

from __future__ import annotations

import re
import unicodedata

from ingest.chunking import read_blocks

RULE = re.compile(r"[\s|:*_-]+")
"""A line that only separates: below a table header, or between parts."""
MARKS = re.compile(r"^#{1,6} +|\*\*|^\||\|$")


def plain_paragraphs(text: str) -> list[str]:
    """Paragraphs, list items, table rows and headings of a text, without markup."""
    blocks = (text[block.start : block.end].strip() for block in read_blocks(text))
    return [re.sub(r"\s+", " ", MARKS.sub("", block)).strip() for block in blocks if not RULE.fullmatch(block)]


def comparison_key(paragraph: str) -> str:
    """Paragraph without spaces and width variants.

    Two loaders give different ones for the same text.
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", paragraph))
