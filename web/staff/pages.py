"""How a staff page looks and speaks: its frame, its language, and what it says after something was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from records import AuditEntry, RecordsUnavailable
from web.rendering import render
from web.staff.context import Room
from web.staff.formatting import Speech
from web.staff.i18n import LANGUAGES, staff_language, words

SECTIONS = ("folder", "try", "asked", "gaps", "validity", "curated", "figures", "switch", "log")
"""The pages of the room, in the order of its menu; each lies at the address of its name."""
LANGUAGE_COOKIE = "staff_language"
RENEW_SECONDS = 2.0
"""How often a part of a page is fetched again while something happens there."""

Say = Callable[..., str]
"""A text by its key, with the values that it names."""
Count = Callable[[], int]


@dataclass(frozen=True)
class Undo:
    """A button beside a message: what it posts where. `label` is a key."""

    path: str
    fields: Mapping[str, str]
    label: str = "frame.undo"


@dataclass(frozen=True)
class Message:
    """What is said once on the next page: a key with its values. `kind` is done, trouble or note."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    kind: str = "done"
    undo: Undo | None = None


class Pages:
    """What every section is given: the room, and how to show a page, say what was done and note it."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.waiting: dict[str, Message] = {}
        self.counts: dict[str, Count] = {}
        """How many things wait in a section for somebody; shown in the menu."""

    def show(self, request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """The page made of a template in `templates/staff/`."""
        told = self.waiting.pop(token(request), None)
        counts = self.counted() if who(request) else {}
        return HTMLResponse(self.drawn(request, template, message=told, counts=counts, **values), status)

    def counted(self) -> dict[str, int]:
        """How many things wait in each section; where that cannot be told, it is left out."""
        known = {}
        for section, count in self.counts.items():
            with suppress(RecordsUnavailable):
                known[section] = count()
        return known

    def part(self, request: Request, template: str, /, **values: Any) -> HTMLResponse:
        """A part of a page that renews itself. What is to be said on the next page waits for that."""
        return HTMLResponse(self.drawn(request, template, **values))

    def drawn(self, request: Request, template: str, /, **values: Any) -> str:
        language = language_of(request)
        return render(
            f"staff/{template}",
            at=at(request),
            here=here(request),
            language=language,
            renew_seconds=RENEW_SECONDS,
            languages=[(code, words(code)["page.language"]) for code in LANGUAGES],
            is_off=bool(who(request)) and self.room.records.announcing.off is not None,
            say=saying(language),
            sections=SECTIONS,
            speak=Speech(language),
            who=who(request),
            words=words(language),
            **values,
        )

    def tell(self, request: Request, key: str, kind: str = "done", undo: Undo | None = None, **values: object) -> None:
        """Says something on the next page that this person sees."""
        self.waiting[token(request)] = Message(key, values, kind, undo)

    def note(self, request: Request, action: str, subject: str = "", **details: str) -> None:
        """Leaves an audit entry. Raises RecordsUnavailable; call it before the change, so that none goes unnoted."""
        self.room.audit.note(AuditEntry(who(request), action, subject, details))


def go(request: Request, path: str = "") -> RedirectResponse:
    """To a page of the room, as the answer to a form."""
    return RedirectResponse(f"{at(request)}/{path}", 303)


def at(request: Request) -> str:
    """The address of the room as the browser sees it, without a slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def here(request: Request) -> str:
    """The path of this page below the room, without what is asked of it."""
    path: str = request.scope["path"]
    return path.removeprefix(at(request)).strip("/")


def asked_here(request: Request) -> str:
    """The same with what is asked of it, to come back to."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return quote(here(request)) + (f"?{query}" if query else "")


def who(request: Request) -> str:
    """Who has signed in; empty for nobody."""
    return str(request.scope.get("state", {}).get("who", ""))


def token(request: Request) -> str:
    return str(request.scope.get("state", {}).get("token", ""))


def language_of(request: Request) -> str:
    return staff_language(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))


def saying(language: str) -> Say:
    known = words(language)

    def say(key: str, **values: object) -> str:
        return known[key].format(**values) if values else known[key]

    return say


STATIC = Path(__file__).parent / "static"
