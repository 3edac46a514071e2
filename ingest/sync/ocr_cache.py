"""What OCR read is kept, so that it does not run again when only what lies beside the file has changed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.loaders import load
from ingest.sync.plan import means
from settings import Settings
from store import folder
from store.atomic_file import replace
from store.documents import Loaded
from store.messages import AS_IT_IS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    """What was read of a file: `content` is its SHA-256, `means` by what it was read."""

    content: str
    means: str
    loaded: Loaded


MEMORY = TypeAdapter(Memory)


def load_once(path: Path, source: str, settings: Settings) -> Loaded:
    """What `load` gives; of a file of which pages were read by OCR, what it gave before while the file is the same.

    It is kept within the index's folder, and goes with it when the index is made anew.
    """
    place = place_of(source, settings)
    content, by = folder.content(path), means(settings)
    known = remembered(place)
    if known and (known.content, known.means) == (content, by):
        return known.loaded
    loaded = load(path, source, settings)
    if loaded.quality.ocr_pages:
        keep(place, Memory(content, by, loaded))
    return loaded


def place_of(source: str, settings: Settings) -> Path:
    return settings.data_dir / "index" / "read" / f"{sha256(source.encode()).hexdigest()}.json"


def remembered(place: Path) -> Memory | None:
    """What was kept at a place; None where nothing is, and where its notes have no codes yet."""
    try:
        memory = MEMORY.validate_json(place.read_bytes())
    except (OSError, ValidationError):
        return None
    return None if any(note.code == AS_IT_IS for note in memory.loaded.quality.notes) else memory


def keep(place: Path, memory: Memory) -> None:
    """Writes it at one moment; where that is not possible the file is read again another time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace(place, MEMORY.dump_json(memory))
    except OSError as error:
        log.warning("What OCR read is not kept: %s", error)


def forget(source: str, settings: Settings) -> None:
    """Deletes what was kept of a file that has left the folder."""
    try:
        place_of(source, settings).unlink(missing_ok=True)
    except OSError as error:
        log.warning("What OCR read of %s is not deleted: %s", source, error)
