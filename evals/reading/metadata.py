"""Eval of metadata: fields read from 40 laws, against labels made by reading them.

The 40 are the first and third of every five files by name; the rules were written on the other 61. `issued` is the day
of the version at hand (the later of the heading's last decision and the file name's date of publication).
`effective_from` is empty if the text only has the day of an earlier version.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.results import Cell, Report, Table
from ingest.loaders.markdown import read_markdown
from ingest.metadata import read_metadata
from store.documents import Metadata
from text.titles import normalise_title

LABELS = Path(__file__).with_name("metadata_laws.jsonl")
FIELDS: dict[str, Callable[[Any], object]] = {
    "title": str,
    "issuer": str,
    "document_number": str,
    "issued": lambda day: day and str(day),
    "effective_from": lambda day: day and str(day),
    "supersedes": lambda titles: {normalise_title(title) for title in titles},
}


def measure_fields(shared: Path) -> dict[str, float]:
    """Returns, by field, the share of laws (0 to 1) read as labelled.

    Differences go to standard error.
    """
    laws = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    right = dict.fromkeys(FIELDS, 0)
    for law in laws:
        for field in matching(law, read_law(shared / "laws" / law["file"])):
            right[field] += 1
    return {field: count / len(laws) for field, count in right.items()}


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the share of laws, 0 to 1, whose fields were read as labelled."""
    report("40 laws")
    rows: list[dict[str, Cell]] = [{"field": field, "right": share} for field, share in measure_fields(shared).items()]
    return [Table("Metadata read from 40 laws", rows, "The share of laws whose field was read as labelled.")]


def read_law(path: Path) -> Metadata:
    """Returns the metadata of a law, read only from its text and file name."""
    metadata, _ = read_metadata(path.name, "", "", read_markdown(path))
    return metadata


def matching(law: dict[str, Any], metadata: Metadata) -> list[str]:
    """Returns the fields that agree with the label."""
    return [field for field, plain in FIELDS.items() if agrees(law, field, plain, getattr(metadata, field))]


def agrees(law: dict[str, Any], field: str, plain: Callable[[Any], object], read: object) -> bool:
    """Checks that a field was read as labelled; if not, prints both values."""
    if plain(law[field]) == plain(read):
        return True
    print(f"{law['file']}: {field} is {plain(law[field])!r}, read {plain(read)!r}", file=sys.stderr)
    return False
