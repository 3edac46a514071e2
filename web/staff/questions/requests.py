"""`/asked/requests`: people who want a reply: taken, noted, answered by e-mail, closed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator, Field

from records import Closing, PersonRequest, UnknownRecordError
from records.models import handle_of
from settings import SettingsError
from web.alerts.outbox import Letter
from web.alerts.smtp import MailServer, read_server
from web.i18n import texts
from web.staff.context import StaffContext
from web.staff.form_types import Line, without_nul
from web.staff.pages import Pages, go, who

EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
"""An e-mail address in a contact."""
Note = Annotated[str, BeforeValidator(without_nul), Field(max_length=2_000)]
Reply = Annotated[str, BeforeValidator(without_nul), Field(max_length=10_000)]


def add_requests(routes: APIRouter, pages: Pages) -> None:
    """Adds `/asked/requests`, and below it `/NUMBER/assign`, `/note`, `/reply` and `/close`."""
    listing(routes, pages)
    noting(routes, pages)
    replying(routes, pages)
    closing(routes, pages)


def listing(routes: APIRouter, pages: Pages) -> None:
    @routes.get("/asked/requests")
    def show_requests(request: Request) -> HTMLResponse:
        return page(pages, request)


def page(pages: Pages, request: Request, unsent: tuple[int, str] = (0, ""), trouble: str = "") -> HTMLResponse:
    """Renders the requests; `unsent` is a reply that could not be sent, and the number of its request."""
    records = pages.room.records
    found = records.requests()
    return pages.show(
        request,
        "questions/requests",
        502 if trouble else 200,
        closings=tuple(Closing),
        done=[each for each in reversed(found) if each.done_at],
        email_of=email_of,
        handle_of=handle_of,
        is_mailing=mail_server(pages.room) is not None,
        keeping=records.keeping,
        names=sorted({*records.request_work.assigned(), who(request)}),
        open=[each for each in found if not each.done_at],
        subject_of=subject_of,
        trouble=trouble,
        unsent=unsent,
    )


def change(pages: Pages, request: Request, number: int, make: Callable[[], None], done: str) -> RedirectResponse:
    """Makes a change of a request, and leads back to it."""
    try:
        make()
        pages.flash(request, done)
    except UnknownRecordError:
        pages.flash(request, "questions.request_gone", "trouble")
    return go(request, f"asked/requests#request-{number}")


def noting(routes: APIRouter, pages: Pages) -> None:
    work = pages.room.records.request_work

    @routes.post("/asked/requests/{number}/assign")
    def assign(request: Request, number: int, assigned_to: Annotated[Line, Form()] = "") -> RedirectResponse:
        name = assigned_to.strip()
        pages.audit(request, "request.assigned", str(number), assigned_to=name)
        return change(pages, request, number, lambda: work.assign(number, name), "questions.saved")

    @routes.post("/asked/requests/{number}/note")
    def note(request: Request, number: int, staff_note: Annotated[Note, Form()] = "") -> RedirectResponse:
        pages.audit(request, "request.noted", str(number))
        return change(pages, request, number, lambda: work.note(number, staff_note.strip()), "questions.saved")


def replying(routes: APIRouter, pages: Pages) -> None:
    room, work = pages.room, pages.room.records.request_work

    @routes.post("/asked/requests/{number}/reply")
    def reply(request: Request, number: int, reply: Annotated[Reply, Form()] = "") -> Response:
        """Sends at once: the clerk is told whether the mail server has taken it, and keeps the text if not."""
        try:
            asked = work.one(number)
        except UnknownRecordError:
            pages.flash(request, "questions.request_gone", "trouble")
            return go(request, "asked/requests")
        server, receiver = mail_server(room), email_of(asked)
        if not server or not receiver or not reply.strip():
            return page(pages, request, (number, reply), "questions.reply_empty")
        pages.audit(request, "request.replied", str(number))
        try:
            server.send(Letter(number, receiver, subject_of(asked), written(asked, reply), time.time()))
        except OSError:
            return page(pages, request, (number, reply), "questions.reply_failed")
        return change(pages, request, number, lambda: work.reply(number, reply.strip()), "questions.replied")


def closing(routes: APIRouter, pages: Pages) -> None:
    work = pages.room.records.request_work

    @routes.post("/asked/requests/{number}/close")
    def close(
        request: Request, number: int, closing: Annotated[Closing, Form()] = Closing.ANSWERED
    ) -> RedirectResponse:
        pages.audit(request, "request.closed", str(number), closing=closing.value)
        return change(pages, request, number, lambda: work.close(number, closing, who(request)), "questions.closed")


def email_of(asked: PersonRequest) -> str:
    """Returns the e-mail address in a contact; empty without one."""
    found = EMAIL.search(asked.contact)
    return found[0] if found else ""


def subject_of(asked: PersonRequest) -> str:
    """Returns the subject of a reply, in the language in which the person used the page."""
    words = texts(asked.page_language)
    return words["person.reply_subject"].format(name=words["masthead.name"])


def written(asked: PersonRequest, reply: str) -> str:
    """Returns the text of a reply, with the question below it."""
    question = texts(asked.page_language)["person.reply_question"]
    quoted = "\n".join(f"> {line}" for line in asked.question.splitlines())
    return f"{reply.strip()}\n\n{question}\n{quoted}\n"


def mail_server(room: StaffContext) -> MailServer | None:
    """Returns the mail server of the settings; None if they name none, or not completely."""
    try:
        return read_server(room.settings.smtp_url.get_secret_value(), room.settings.smtp_from)
    except SettingsError:
        return None
