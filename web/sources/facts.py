"""Facts about a document at the head of its page."""

from __future__ import annotations

from datetime import date

from store.documents import Metadata
from web.bases import review_note
from web.i18n import texts


def facts(metadata: Metadata, language: str) -> list[tuple[str, str]]:
    """Name and value of known metadata; of a guide, only the day of its check.

    The bases of a guide have issuers and dates of their own.
    """
    words = texts(language)
    if metadata.kind == "guide":
        return [
            (words["preview.checked"], review_note(metadata.reviewed_on, metadata.review_by, language, date.today()))
        ]
    known = (
        (words["preview.issuer"], metadata.issuer),
        (words["preview.number"], metadata.document_number),
        (words["preview.effective_from"], metadata.effective_from),
        (words["preview.effective_to"], metadata.effective_to),
    )
    return [(name, str(value)) for name, value in known if value]
