"""Finds headers, footers and page numbers by position and repetition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.loaders.pages.layout import Row
from text.lexicon.load import bodies

MARGIN = 0.12
"""Share of the page height that counts as top or bottom margin."""
FEWEST_PAGES = 3
"""Minimum pages on which a header or footer repeats."""
# low, because left and right pages often have different headers
SHARE_OF_PAGES = 0.3
ROWS_AT_THE_EDGE = 3
OF = bodies("document.page_of")
PAGE_NUMBER = re.compile(
    rf"[-–—－·•\s]*(?:第\s*)?\d{{1,3}}\s*页?(?:\s*[,，/]?\s*(?:共|/|{OF})?\s*\d{{1,4}}\s*页?)?[-–—－·•\s]*"
    rf"|(?:{bodies('document.page')})\s*\d{{1,4}}(?:\s*(?:/|{OF})\s*\d{{1,4}})?"
    r"|[-–—－\s]*[ivxlc]{1,6}[-–—－\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Body:
    """Rows of a page, and the height of the page as read, in points."""

    rows: tuple[Row, ...]
    height: float


def without_margins(pages: Sequence[Body]) -> list[list[Row]]:
    """Rows of each page without repeated headers and footers and page numbers.

    Repeated rows are in the top or bottom margin of many pages.
    Documents of one or two pages lose only page numbers; documents with nothing else lose nothing.
    """
    seen = Counter(mark for page in pages for mark in {margin_key(row, page) for row in edge_rows(page)})
    needed = max(FEWEST_PAGES, SHARE_OF_PAGES * len(pages))
    repeated = {mark for mark, count in seen.items() if count >= needed}
    kept = [[row for row in page.rows if not is_margin(row, page, repeated)] for page in pages]
    return kept if any(kept) else [list(page.rows) for page in pages]


def is_margin(row: Row, page: Body, repeated: set[tuple[str, bool]]) -> bool:
    """Checks that a row is a page number, or a header or footer in `repeated`."""
    if row not in edge_rows(page):
        return False
    return bool(PAGE_NUMBER.fullmatch(row.text.strip())) or margin_key(row, page) in repeated


def edge_rows(page: Body) -> list[Row]:
    """Rows in the top and bottom margin: at most three of each, without tables."""
    rows = sorted((row for row in page.rows if not row.table), key=lambda row: row.box[1])
    top = [row for row in rows[:ROWS_AT_THE_EDGE] if row.box[3] < MARGIN * page.height]
    return top + [row for row in rows[-ROWS_AT_THE_EDGE:] if row.box[1] > (1 - MARGIN) * page.height]


def margin_key(row: Row, page: Body) -> tuple[str, bool]:
    """Key of a margin row: its text with all numbers replaced, and its edge."""
    return re.sub(r"\d+", "#", "".join(row.text.split())), row.box[1] < page.height / 2
