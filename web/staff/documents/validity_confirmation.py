"""The question whether the validity of documents is to change: how they stand now and after, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse

from store.validity_changes import Shift
from web.staff.documents.validity_preview import reasons
from web.staff.formatting import Speech, title_of
from web.staff.pages import Pages, language_of, saying

What = Literal["save", "remove", "put_back", "version_back"]
ACTIONS: Mapping[What, tuple[str, str, str]] = {
    "save": ("folder/edit", "folder.edit.save", ""),
    "remove": ("folder/remove", "folder.remove", ""),
    "put_back": ("folder/put-back", "folder.back_into", "folder/removed"),
    "version_back": ("folder/incoming/undo", "incoming.put_back", "folder/removed"),
}
"""Where each is sent to, the key of what its button says, and where it leads back to where that is not the document."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to do with a document, what they sent for it, and what would change. `seal` stands for all
    of this: sent along as `confirmed`, it says that they have seen it."""

    what: What
    source: str
    sent: Mapping[str, Any]
    seal: str
    shifts: tuple[Shift, ...]


def ask(request: Request, pages: Pages, asked: Asked) -> HTMLResponse:
    """Shows what would change. Nothing is done; what was sent goes along, to be sent again with the seal."""
    answers = ("confirmed", "back")
    action, button, leave = ACTIONS[asked.what]
    return pages.show(
        request,
        "documents/confirm",
        action=action,
        asked=asked,
        button=button,
        leave=leave,
        fields=[pair for name, value in asked.sent.items() if name not in answers for pair in pairs(name, value)],
        shifts=asked.shifts,
        **words_of(request, pages),
    )


def words_of(request: Request, pages: Pages) -> dict[str, Any]:
    """What `folder/shifts.html` says of documents: why they stand as they do, and their titles."""
    language, documents = language_of(request), pages.room.index.documents()
    titles = {each: title_of(metadata, each) for each, metadata in documents.items()}
    say, speak = saying(language), Speech(language)
    return {
        "reasons": lambda standing: reasons(standing, titles, say, speak),
        "title_of": lambda source: titles.get(source, source),
    }


def pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """A field of a form as a browser sends it: a list is several of one name."""
    return [(name, each) for each in value] if isinstance(value, list) else [(name, str(value))]
