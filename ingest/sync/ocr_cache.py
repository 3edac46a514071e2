"""Cache of OCR output, for files of which only the sidecar has changed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.loaders import load
from ingest.sync.plan import reader_settings
from settings import Settings
from store import folder
from store.atomic_file import replace
from store.documents import LoadedText
from text.messages import AS_IT_IS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    """Cached text of a file.

    `content`: SHA-256 of the file.
    `means`: reader settings that it was read with.
    """

    content: str
    means: str
    loaded: LoadedText


MEMORY = TypeAdapter(Memory)


def load_once(path: Path, source: str, settings: Settings) -> LoadedText:
    """Loads a file, or takes its text from the cache if nothing has changed.

    Only files with pages read by OCR are cached, by content and reader settings.
    The cache is in the folder of the index, and a rebuild of the index deletes it.
    Raises UnreadableFileError as `load` does, and OSError if the file cannot be opened.
    """
    place = cache_file(source, settings)
    content, by = folder.content(path), reader_settings(settings)
    known = read_memory(place)
    if known and (known.content, known.means) == (content, by):
        return known.loaded
    loaded = load(path, source, settings)
    if loaded.quality.ocr_pages:
        keep(place, Memory(content, by, loaded))
    return loaded


def cache_file(source: str, settings: Settings) -> Path:
    """Returns the path of a file's entry, named by the SHA-256 of its source."""
    return settings.data_dir / "index" / "read" / f"{sha256(source.encode()).hexdigest()}.json"


def read_memory(place: Path) -> Memory | None:
    """Returns the entry at a path.

    None if there is none that can be read, or if its notes have no codes yet.
    """
    try:
        memory = MEMORY.validate_json(place.read_bytes())
    except (OSError, ValidationError):
        return None
    return None if any(note.code == AS_IT_IS for note in memory.loaded.quality.notes) else memory


def keep(place: Path, memory: Memory) -> None:
    """Writes an entry atomically; without it the file is read again next time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace(place, MEMORY.dump_json(memory))
    except OSError as error:
        log.warning("The OCR result is not kept: %s", error)


def forget(source: str, settings: Settings) -> None:
    """Deletes the entry of a file that has left the folder."""
    try:
        cache_file(source, settings).unlink(missing_ok=True)
    except OSError as error:
        log.warning("The OCR result of %s is not deleted: %s", source, error)
