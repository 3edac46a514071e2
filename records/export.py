"""Exchanges as a table for spreadsheets."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from records.exchanges import Exchange

HEADER = (
    "asked_at question standalone_question language outcome reason mode label answer sources"
    " useful rating_reason comment page_language search_seconds total_seconds"
).split()
FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
LABELS = {"model": "AI生成 AI-generated", "curated": "中心撰写 written by the center"}
"""What is said of texts that are no quotes."""
FORMULA = tuple("=+-@\t\r＝＋－＠")
"""How a cell begins that a spreadsheet may take for a formula (the last four in East Asian versions)."""


def write_csv(path: Path, exchanges: Iterable[Exchange]) -> int:
    """Writes a file that only this user can read, UTF-8 with BOM; gives the number of rows. Raises OSError.

    Ids stay out: a table travels, and who has an id can delete.
    """
    rows = [[defused(cell) for cell in cells(exchange)] for exchange in exchanges]
    with os.fdopen(os.open(path, FRESH, 0o600), "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return len(rows)


def cells(exchange: Exchange) -> tuple[str, ...]:
    """One row, in the order of HEADER; times are of this machine's time zone."""
    rating = exchange.rating
    return (
        f"{exchange.asked_at.astimezone():%Y-%m-%d %H:%M:%S}",
        exchange.question,
        exchange.standalone_question,
        exchange.language,
        exchange.outcome,
        exchange.reason,
        exchange.mode,
        LABELS.get(exchange.mode, ""),
        exchange.answer,
        "\n".join(f"[{each.number}] {each.source} {each.title} ({each.validity})" for each in exchange.citations),
        "" if rating is None else "yes" if rating.useful else "no",
        (rating and rating.reason) or "",
        rating.comment if rating else "",
        exchange.page_language,
        f"{exchange.search_seconds:.3f}",
        f"{exchange.total_seconds:.3f}",
    )


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
