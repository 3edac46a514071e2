"""Frame of a staff page: layout, language, and the message after an action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.pii import mask
from records import Account, AuditEntry, RecordsUnavailableError
from text.catalog import STAFF_LANGUAGES
from web.rendering import render
from web.staff.context import StaffContext
from web.staff.folder_state import folder_trouble
from web.staff.formatting import Formatter
from web.staff.i18n import staff_language, words
from web.staff.identity.people import Person
from web.staff.identity.permissions import find_route, is_allowed
from web.staff.messages import localise

SECTIONS = (
    "folder", "try", "asked", "gaps", "validity", "curated", "approvals", "figures", "switch", "api-keys", "log",
    "accounts", "backup",
)  # fmt: skip
"""Sections in the order of the menu; the name is the address."""
LANGUAGE_COOKIE = "staff_language"
RENEW_SECONDS = 2.0
"""Seconds between refreshes of a page part while its content changes."""

Say = Callable[..., str]
"""Returns a message by its key, with its values."""
Count = Callable[[Request], int]


@dataclass(frozen=True)
class Task:
    """Something that waits for a person.

    `label`: key of what is to be done. `path`: where, below the staff app.
    """

    label: str
    subject: str
    path: str


@dataclass(frozen=True)
class Undo:
    """A button beside a message that posts `fields` to `path`. `label` is a key."""

    path: str
    fields: Mapping[str, str]
    label: str = "frame.undo"


@dataclass(frozen=True)
class Flash:
    """A message shown once on the next page: a key with its values.

    `kind` is done, trouble or note.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    kind: str = "done"
    undo: Undo | None = None


class Pages:
    """Services for every section: render a page, show a message, write an audit entry."""

    def __init__(self, room: StaffContext) -> None:
        self.room = room
        self.waiting: dict[str, Flash] = {}
        self.counts: dict[str, Count] = {}
        """Number of open tasks in a section for a person; shown in the menu."""
        self.tasks: list[Callable[[Request], list[Task]]] = []
        """Tasks of a person; the home page lists them."""
        self.optional: dict[str, Callable[[], bool]] = {}
        """Sections that are in the menu only while this is true."""

    def show(self, request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        """Renders a page from a template, such as `home` or `gaps/list` of a section."""
        told = self.waiting.pop(token(request), None)
        counts = self.count_tasks(request) if current_user(request) else {}
        return HTMLResponse(self.render_template(request, template, message=told, counts=counts, **values), status)

    def tasks_of(self, request: Request) -> list[Task]:
        """Returns what waits for the signed-in person."""
        known = list[Task]()
        for find in self.tasks:
            with suppress(RecordsUnavailableError):
                known += find(request)
        return known

    def count_tasks(self, request: Request) -> dict[str, int]:
        """Returns the open tasks of each section; left out if the count is unavailable."""
        known = {}
        for section, count in self.counts.items():
            with suppress(RecordsUnavailableError):
                known[section] = count(request)
        return known

    def part(self, request: Request, template: str, /, **values: Any) -> HTMLResponse:
        """Renders a part of a page that refreshes itself.

        The pending message waits for the next page.
        """
        return HTMLResponse(self.render_template(request, template, **values))

    def render_template(self, request: Request, template: str, /, **values: Any) -> str:
        """Returns a template as text, with the values that every page has."""
        language, person = language_of(request), person_of(request)
        return render(
            f"staff/{template}",
            at=at(request),
            here=here(request),
            language=language,
            language_back=language_back(request),
            renew_seconds=RENEW_SECONDS,
            languages=[(code, words(code)["page.language"]) for code in STAFF_LANGUAGES],
            folder_trouble=localise(folder_trouble(self.room), language) if current_user(request) else "",
            is_posted=request.method == "POST",
            is_off=bool(current_user(request)) and self.room.records.announcing.off is not None,
            may=lambda route: person is not None and is_allowed(person.role, route),
            say=translator(language),
            sections=[each for each in SECTIONS if person and self.is_in_menu(each, person)],
            speak=Formatter(language),
            who=current_user(request),
            words=words(language),
            **values,
        )

    def is_in_menu(self, section: str, person: Person) -> bool:
        """True if a person may see a section, and if there is anything in it now."""
        if not is_allowed(person.role, f"GET /{section}"):
            return False
        try:
            return section not in self.optional or self.optional[section]()
        except RecordsUnavailableError:
            return False

    def flash(self, request: Request, key: str, kind: str = "done", undo: Undo | None = None, **values: object) -> None:
        """Shows a message on the next page of this person."""
        self.waiting[token(request)] = Flash(key, values, kind, undo)

    def audit(self, request: Request, action: str, subject: str = "", **details: str) -> None:
        """Writes an audit entry.

        Call it before the change, so that no change goes unlogged.
        Raises RecordsUnavailableError if it cannot be written.
        """
        person = person_of(request)
        account = person.account if person else ""
        self.room.audit.note(AuditEntry(current_user(request), action, subject, details, account=account))

    def audit_as(self, account: Account, action: str) -> None:
        """Writes an audit entry of a person who is signing in.

        Raises RecordsUnavailableError if it cannot be written.
        """
        self.room.audit.note(AuditEntry(account.name, action, account=account.id))


def redirect(request: Request, path: str = "") -> RedirectResponse:
    """Redirects to a staff page after a form."""
    return RedirectResponse(f"{at(request)}/{path}", 303)


def at(request: Request) -> str:
    """Returns the address of the staff app in the browser, without a slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def public_address(room: StaffContext, request: Request) -> str:
    """Returns the URL of the staff app: the public one if set, else as requested."""
    public = room.settings.public_url
    return f"{public.rstrip('/')}/staff" if public else f"{request.url.scheme}://{request.url.netloc}{at(request)}"


def here(request: Request) -> str:
    """Returns the path of this page below the staff app, without its query."""
    path: str = request.scope["path"]
    return path.removeprefix(at(request)).strip("/")


def build_return_path(request: Request) -> str:
    """Returns the path of this page with its query, to return to."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return quote(here(request)) + (f"?{query}" if query else "")


def language_back(request: Request) -> str | None:
    """Returns the path to return to in another language: this page, with its query.

    None on a page that answers a form: what is shown or typed there would be lost. The forms of people who have not
    signed in hold nothing to lose, if their page can be opened. A question comes without personal data.
    """
    is_open = not current_user(request) and bool(find_route("GET", f"/{here(request)}"))
    if request.method not in ("GET", "HEAD") and not is_open:
        return None
    query = [(name, mask(text) if name == "question" else text) for name, text in request.query_params.multi_items()]
    return quote(here(request)) + (f"?{urlencode(query)}" if query else "")


def current_user(request: Request) -> str:
    """Returns the name of the signed-in person; empty without a sign-in."""
    return str(request.scope.get("state", {}).get("who", ""))


def person_of(request: Request) -> Person | None:
    """Returns the signed-in person with the role.

    None without a sign-in.
    """
    found: Person | None = request.scope.get("state", {}).get("person")
    return found


def act_as(request: Request, person: Person) -> None:
    """Makes the rest of this request count as that of a person who has just signed in."""
    request.scope["state"].update(person=person, who=person.name)


def token(request: Request) -> str:
    """Returns the token of the session; empty without a sign-in."""
    return str(request.scope.get("state", {}).get("token", ""))


def language_of(request: Request) -> str:
    """Returns the staff language: the chosen one, else the browser's, else English."""
    return staff_language(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))


def translator(language: str) -> Say:
    """Returns a function that gives the message of a key, with its values filled in."""
    known = words(language)

    def say(key: str, **values: object) -> str:
        return known[key].format(**values) if values else known[key]

    return say
