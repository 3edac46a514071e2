"""Part of a document that is shown as text."""

from __future__ import annotations

from store.documents import Document

LONGEST_TEXT = 200_000


def window(document: Document, start: int, end: int) -> tuple[int, int]:
    """Returns the whole text or, for a long one, the lines around the passage.

    A heading that repeats the title is left out.
    """
    text, begin = document.text, find_repeated_title_end(document, start, end)
    if len(text) <= LONGEST_TEXT:
        return begin, len(text)
    first = text.rfind("\n", 0, max(0, start - LONGEST_TEXT // 2)) + 1
    stop = min(end, start + LONGEST_TEXT) + LONGEST_TEXT
    last = text.find("\n", min(len(text), stop - LONGEST_TEXT // 2), stop)
    return max(begin, first), last if last >= 0 else min(len(text), stop)


def find_repeated_title_end(document: Document, start: int, end: int) -> int:
    """Returns where the text goes on after a heading that repeats the title.

    0 if it begins otherwise, or if the passage is in this heading.
    """
    heading = f"# {document.metadata.title}\n"
    is_quoted = start < min(end, len(heading))
    return len(heading) if document.text.startswith(heading) and not is_quoted else 0
