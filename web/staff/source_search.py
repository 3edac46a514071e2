"""Documents found by words of their title or path, as staff type them."""

from __future__ import annotations

from collections.abc import Mapping

from store.documents import Metadata


def is_found(text: str, source: str, metadata: Metadata) -> bool:
    """True if a document has each of the words in its title or path."""
    known = f"{metadata.title} {source}".casefold()
    return all(word in known for word in text.casefold().split())


def find_source(text: str, documents: Mapping[str, Metadata]) -> str:
    """Returns the document with this path or title, or the only one with these words.

    Returns the text itself if there is none, or several.
    """
    text = text.strip()
    if not text or text in documents:
        return text
    titled = [source for source, metadata in documents.items() if metadata.title == text]
    found = titled or [source for source, metadata in documents.items() if is_found(text, source, metadata)]
    return found[0] if len(found) == 1 else text
