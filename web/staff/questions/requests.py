"""Requests for a personal reply: `/asked/requests`.

They are assigned, noted, answered by e-mail and closed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator, Field

from records import Closing, PersonRequest, UnknownRecordError
from records.models import handle_of
from settings import SettingsError
from web.i18n import texts
from web.letter import Letter
from web.smtp import MailServer, read_server
from web.sources.viewer import fingerprint
from web.staff.context import StaffContext
from web.staff.form_types import Line, SentId, tidy_text
from web.staff.pages import Pages, current_user, redirect

EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
"""An e-mail address in a contact, also right behind Chinese text."""
UNFINISHED = ("questions.reply_empty", "questions.needs_words")
"""Errors of forms that lack a text."""
DONE = {
    "answered": "questions.saved",
    "assigned": "questions.saved",
    "noted": "questions.saved",
    "closed": "questions.closed",
    "reopened": "questions.reopened",
}
"""The message after each change of a request."""
Note = Annotated[str, BeforeValidator(tidy_text), Field(max_length=2_000)]
Reply = Annotated[str, BeforeValidator(tidy_text), Field(max_length=10_000)]


@dataclass(frozen=True)
class Unsaved:
    """A note or reply that was not saved or sent, with the number of its request."""

    number: int = 0
    kind: Literal["", "note", "reply"] = ""
    text: str = ""


NOTHING = Unsaved()


def add_requests(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests`, and the actions of a request below `/NUMBER`."""
    add_requests_list(routes, pages)
    noting(routes, pages)
    replying(routes, pages)
    closing(routes, pages)


def add_requests_list(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests`, the list."""

    @routes.get("/asked/requests")
    def show_requests(request: Request, text: Annotated[Line, Query()] = "") -> HTMLResponse:
        return page(pages, request, sought=text.strip())


def page(
    pages: Pages, request: Request, unsaved: Unsaved = NOTHING, trouble: str = "", sought: str = ""
) -> HTMLResponse:
    """Renders the requests that have a text, or all.

    `unsaved` is a text that was not saved, and `trouble` the key of the reason.
    """
    records = pages.room.records
    found = [each for each in records.requests() if each.has(sought)]
    return pages.show(
        request,
        "questions/requests",
        status_of(trouble),
        closings=tuple(Closing),
        done=[each for each in reversed(found) if each.done_at],
        email_of=email_of,
        fingerprint=fingerprint,
        has_alerts=pages.room.settings.has_alerts,
        handle_of=handle_of,
        is_mailing=mail_server(pages.room) is not None,
        keeping=records.keeping,
        colleagues=colleagues(pages.room, request),
        names=sorted({*records.request_work.assignees(), current_user(request)}),
        open=[each for each in found if not each.done_at],
        sought=sought,
        subject_of=subject_of,
        trouble=trouble,
        unsaved=unsaved,
    )


def status_of(trouble: str) -> int:
    """Returns the HTTP status for the key of an error: 409 for an edit conflict."""
    if trouble.endswith("_meanwhile"):
        return 409
    return 422 if trouble in UNFINISHED else 502 if trouble else 200


def change(
    pages: Pages, request: Request, number: int, action: str, make: Callable[[], None], **details: str
) -> RedirectResponse:
    """Logs and makes a change of a request; redirects to the request."""
    try:
        reference = pages.room.records.request_work.one(number).reference
        pages.audit(request, f"request.{action}", str(number), reference=reference, **details)
        make()
        pages.flash(request, DONE[action])
    except UnknownRecordError:
        pages.flash(request, "questions.request_gone", "trouble")
    return redirect(request, f"asked/requests#request-{number}")


def noting(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests/NUMBER/assign` and `/asked/requests/NUMBER/note`."""
    work = pages.room.records.request_work

    @routes.post("/asked/requests/{number}/assign")
    def assign(request: Request, number: int, assigned_to: Annotated[Line, Form()] = "") -> RedirectResponse:
        name = assigned_to.strip()
        if name and name not in (known := colleagues(pages.room, request)) and known:
            pages.flash(request, "questions.no_colleague", "trouble", name=name)
            return redirect(request, f"asked/requests#request-{number}")
        return change(pages, request, number, "assigned", lambda: work.assign(number, name), assigned_to=name)

    @routes.post("/asked/requests/{number}/note")
    def note(request: Request, number: int, staff_note: Annotated[Note, Form()] = "", seen: SentId = "") -> Response:
        asked = find(pages.room, number)
        if asked and is_other(asked.staff_note, seen):
            return page(pages, request, Unsaved(number, "note", staff_note), "questions.note_meanwhile")
        return change(pages, request, number, "noted", lambda: work.note(number, staff_note.strip()))


def replying(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests/NUMBER/reply`."""
    room, work = pages.room, pages.room.records.request_work

    @routes.post("/asked/requests/{number}/reply")
    def reply(request: Request, number: int, reply: Annotated[Reply, Form()] = "", seen: SentId = "") -> Response:
        """Sends a reply at once, or keeps one that was given otherwise.

        After a failure, the form keeps the text.
        """
        asked, unsent = find(room, number), Unsaved(number, "reply", reply)
        if asked is None:
            pages.flash(request, "questions.request_gone", "trouble")
            return redirect(request, "asked/requests")
        if is_other(asked.reply, seen):
            return page(pages, request, unsent, "questions.reply_meanwhile")
        server, receiver = mail_server(room), email_of(asked)
        if not reply.strip():
            return page(pages, request, unsent, "questions.reply_empty")
        if not server or not receiver:
            return change(pages, request, number, "answered", lambda: work.reply(number, reply.strip()))
        pages.audit(request, "request.replied", str(number), reference=asked.reference)
        try:
            letter = Letter(number, receiver, subject_of(asked), reply_body(asked, reply), time.time(), by_hand=True)
            server.send(letter)
        except OSError:
            pages.audit(request, "request.reply_failed", str(number), reference=asked.reference)
            return page(pages, request, unsent, "questions.reply_failed")
        work.reply(number, reply.strip())
        pages.flash(request, "questions.replied")
        return redirect(request, f"asked/requests#request-{number}")


def closing(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests/NUMBER/close` and `/asked/requests/NUMBER/reopen`."""
    work = pages.room.records.request_work

    @routes.post("/asked/requests/{number}/close")
    def close(request: Request, number: int, closing: Annotated[Closing, Form()] = Closing.ANSWERED) -> Response:
        name, asked = current_user(request), find(pages.room, number)
        if asked and closing is Closing.ANSWERED and not (asked.reply or asked.staff_note):
            return page(pages, request, trouble="questions.needs_words")
        return change(
            pages, request, number, "closed", lambda: work.close(number, closing, name), closing=closing.value
        )

    @routes.post("/asked/requests/{number}/reopen")
    def reopen(request: Request, number: int) -> Response:
        return change(pages, request, number, "reopened", lambda: work.reopen(number))


def find(room: StaffContext, number: int) -> PersonRequest | None:
    """Returns a request for a reply by its number.

    None if it is gone.
    """
    with suppress(UnknownRecordError):
        return room.records.request_work.one(number)
    return None


def is_other(text: str, seen: str) -> bool:
    """True if a colleague has changed a text since the form showed it.

    `seen` is the fingerprint of the shown text; "" for none.
    """
    return bool(seen) and seen != fingerprint(text)


def colleagues(room: StaffContext, request: Request) -> list[str]:
    """Returns the names of active accounts; empty while a shared password is in use."""
    names = {each.name for each in room.accounts.read_all() if each.is_enabled and each.is_used}
    return sorted({*names, current_user(request)}, key=str.casefold) if names else []


def email_of(asked: PersonRequest) -> str:
    """Returns the e-mail address in a contact; empty without one."""
    found = EMAIL.search(asked.contact)
    return found[0] if found else ""


def subject_of(asked: PersonRequest) -> str:
    """Returns the subject of a reply, in the page language of the person who asked."""
    words = texts(asked.page_language)
    return words["person.reply_subject"].format(name=words["masthead.name"], reference=asked.reference)


def reply_body(asked: PersonRequest, reply: str) -> str:
    """Returns the text of a reply, then the request's number and the question."""
    words = texts(asked.page_language)
    reference = words["person.reply_reference"].format(reference=asked.reference)
    quoted = "\n".join(f"> {line}" for line in asked.question.splitlines())
    return f"{reply.strip()}\n\n{reference}\n{words['person.reply_question']}\n{quoted}\n"


def mail_server(room: StaffContext) -> MailServer | None:
    """Returns the mail server of the settings.

    None if they are missing or incomplete.
    """
    try:
        return read_server(room.settings.smtp_url.get_secret_value(), room.settings.smtp_from)
    except SettingsError:
        return None
