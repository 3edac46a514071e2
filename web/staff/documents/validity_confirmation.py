"""Confirmation of removals and validity changes: documents before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse

from store.validity_changes import Shift
from web.staff.approval_needed import is_approval_needed
from web.staff.documents.validity_preview import reasons
from web.staff.formatting import Formatter, title_of
from web.staff.pages import Pages, language_of, translator

LATELY = 30
"""Days over which the answers are counted that would lose a document."""
ConfirmedAction = Literal["save", "remove", "put_back", "version_back"]
ACTIONS: Mapping[ConfirmedAction, tuple[str, str, str]] = {
    "save": ("folder/edit", "documents.edit.save", ""),
    "remove": ("folder/remove", "documents.remove", ""),
    "put_back": ("folder/put-back", "documents.back_into", "folder/removed"),
    "version_back": ("folder/incoming/undo", "uploads.put_back", "folder/removed"),
}
"""Form address, button key and return address of each action.

The last one is empty for the document's page.
"""


@dataclass(frozen=True)
class AskedAction:
    """An action on a document, its form data, and the validity changes.

    `uses`: recent answers that cite a document to be removed.

    `seal` identifies all of this. Sent back as `confirmed`, it shows that the clerk has seen it.
    """

    what: ConfirmedAction
    source: str
    sent: Mapping[str, Any]
    seal: str
    shifts: tuple[Shift, ...]
    uses: int = 0


def ask(request: Request, pages: Pages, asked: AskedAction) -> HTMLResponse:
    """Renders the changes without applying them.

    The form data are included and sent again with the seal.
    """
    answers = ("confirmed", "back")
    action, button, leave = ACTIONS[asked.what]
    return pages.show(
        request,
        "documents/confirm",
        action=action,
        asked=asked,
        days=LATELY,
        is_reported=is_approval_needed(pages.room),
        button=button,
        leave=leave,
        fields=[pair for name, value in asked.sent.items() if name not in answers for pair in pairs(name, value)],
        shifts=asked.shifts,
        **words_of(request, pages),
    )


def words_of(request: Request, pages: Pages) -> dict[str, Any]:
    """Returns the values of `documents/shifts.html`: reasons, titles and metadata."""
    language, documents = language_of(request), pages.room.index.documents()
    titles = {each: title_of(metadata, each) for each, metadata in documents.items()}
    say, speak = translator(language), Formatter(language)
    return {
        "reasons": lambda standing: reasons(standing, titles, say, speak),
        "title_of": lambda source: titles.get(source, source),
        "known_of": documents.get,
    }


def pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """Returns a form field as a browser sends it: a list becomes several fields."""
    return [(name, each) for each in value] if isinstance(value, list) else [(name, str(value))]
