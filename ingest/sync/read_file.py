"""Reads one file: document with metadata, chunks and fingerprint."""

from __future__ import annotations

from pathlib import Path

from ingest.chunking import chunk
from ingest.corrections.apply import read_with_corrections
from ingest.loaders.markdown import split_front_matter
from ingest.loaders.plain_text import decode
from ingest.metadata import read_metadata
from ingest.sync.ocr_cache import load_once
from settings import Settings
from store import folder
from store.documents import Document
from store.index import Revision


def read_revision(path: Path, source: str, settings: Settings) -> Revision:
    """Reads a file in a sandbox process.

    Raises UnreadableFileError, with reason and remedy, if the file cannot be read or its sidecar is not text.
    """
    # before reading: a change during the read must make the fingerprint differ
    fingerprint = folder.fingerprint(path)
    loaded, uncorrected = read_with_corrections(path, load_once(path, source, settings))
    metadata, problems = read_metadata(source, front_matter(path), sidecar(path), loaded)
    document = Document(source, loaded.text, metadata, loaded.pages, loaded.quality, loaded.bases)
    return Revision(document, chunk(document), fingerprint, (*problems, *uncorrected))


def front_matter(path: Path) -> str:
    """YAML at the head of a Markdown file; "" for other files."""
    if path.suffix.lower() not in {".md", ".markdown"}:
        return ""
    return split_front_matter(decode(path.read_bytes()))[0]


def sidecar(path: Path) -> str:
    """Returns the YAML beside a file; "" without a sidecar."""
    beside = folder.sidecar(path)
    return decode(beside.read_bytes()) if beside.exists() else ""
