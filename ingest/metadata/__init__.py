"""A document's metadata: what the staff wrote, completed by what the text says."""

from __future__ import annotations

from typing import Any

from ingest.documents import Loaded, Metadata
from ingest.metadata.front_matter import read_keys
from ingest.metadata.language import detect_language
from ingest.metadata.official import read_official
from ingest.metadata.titles import file_title, own_title, plausible_title

OWN_GUIDE = {"facts", "reviewed_on", "review_by"}


def read_metadata(source: str, front_matter: str, sidecar: str, loaded: Loaded) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata of a file, and the problems in what was written about it as sentences for the clerk.

    `front_matter` and `sidecar` are YAML, empty where there is none; the front matter counts before the sidecar.
    What is missing is read from the text and named in `guessed`. A key that is written but left empty
    (`supersedes: []`) is an answer too: nothing is guessed for it.
    """
    beside, beside_problems = read_keys(sidecar, "sidecar")
    inside, inside_problems = read_keys(front_matter, "front matter")
    written = beside | inside
    guesses = {key: value for key, value in _guesses(source, written, loaded).items() if value and key not in written}
    metadata = Metadata(**written, **guesses, guessed=frozenset(guesses))
    return metadata, (*inside_problems, *beside_problems)


def _guesses(source: str, written: dict[str, Any], loaded: Loaded) -> dict[str, Any]:
    """What the text says. A guide of the staff quotes dates and numbers of others, so none are taken from it."""
    title = own_title(loaded.text) or plausible_title(loaded.title) or file_title(source)
    known: dict[str, Any] = {"title": title, "language": detect_language(loaded.text)}
    if OWN_GUIDE & written.keys():
        return known
    official = read_official(source, written.get("title") or title, loaded.text)
    return known | {
        "issuer": official.issuer,
        "document_number": official.document_number,
        "issued": official.issued,
        "effective_from": official.effective_from,
        "effective_to": official.effective_to,
        "supersedes": official.supersedes,
        "status": "draft" if official.draft else None,
    }
