"""Maintenance mode and notice. Each change is in the audit log."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ConfigDict, Field, create_model

from bot.messages import text
from records import NOTICE_CHARACTERS, Notice, Off
from records.models import now
from text.catalog import SERVICE_LANGUAGES
from text.sorting import join_names
from web.chat.banner import SWITCHED_OFF, link_addresses, notice_words
from web.i18n import FOREIGN
from web.staff.formatting import Formatter
from web.staff.pages import Pages, current_user, language_of, redirect

LONGEST, REASON_CHARACTERS = 1_000, 300
USUAL_DAYS = 7
"""Default days of a notice."""
TYPED = "%Y-%m-%dT%H:%M"
"""Format of day and time in a browser, in this machine's time zone."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters: nobody types them, and they cannot be seen.

They take six times their size in storage.
"""

Line = Annotated[str, Field(max_length=LONGEST)]


FIELDS: dict[str, Any] = dict.fromkeys(SERVICE_LANGUAGES, (Line, ""))
"""A field of the form a language of the page."""
OneEach = create_model("OneEach", __config__=ConfigDict(str_strip_whitespace=True), **FIELDS)


class Words(OneEach):
    """A text in each language of the page, from a form."""

    def list_given(self) -> dict[str, str]:
        """Returns the texts by language, without empty ones."""
        typed = {language: str(getattr(self, language)).replace("\r\n", "\n") for language in SERVICE_LANGUAGES}
        return {language: words for language, words in typed.items() if words}


class Pause(Words):
    """Message of the maintenance mode, and its reason."""

    reason: Annotated[str, Field(max_length=REASON_CHARACTERS)] = ""


class Announced(Words):
    """A notice; `preview` is set if it is only to be previewed."""

    first: Line = ""
    last: Line = ""
    preview: Line = ""


@dataclass(frozen=True)
class Sent:
    """Form data to show again: the key of its error, a notice, a maintenance message."""

    trouble: str = ""
    notice: Notice | None = None
    words: dict[str, str] = field(default_factory=dict)


def router(pages: Pages) -> APIRouter:
    """Routes `/switch` and its actions: `/off`, `/on`, `/notice` and `/no-notice`."""
    routes = APIRouter()
    announcing = pages.room.records.announcing

    @routes.get("/switch")
    def show_maintenance(request: Request) -> Response:
        return maintenance_page(pages, request, Sent())

    @routes.post("/switch/off")
    def pause_service(request: Request, pause: Annotated[Pause, Form()]) -> Response:
        if trouble := unfit(pause):
            return maintenance_page(pages, request, Sent(trouble, words=pause.list_given()))
        earlier = announcing.off
        pages.audit(request, "service.pause_changed" if earlier else "service.paused", reason=pause.reason)
        announcing.pause(
            Off(current_user(request), pause.reason, pause.list_given(), earlier.since if earlier else now())
        )
        pages.flash(request, "maintenance.done_off")
        return redirect(request, "switch")

    @routes.post("/switch/on")
    def resume_service(request: Request) -> RedirectResponse:
        if announcing.off is not None:
            pages.audit(request, "service.resumed")
            announcing.resume()
        pages.flash(request, "maintenance.done_on")
        return redirect(request, "switch")

    notices(routes, pages)
    return routes


def notices(routes: APIRouter, pages: Pages) -> None:
    """Adds `/switch/notice`, which sets or previews a notice, and `/switch/no-notice`."""
    announcing = pages.room.records.announcing

    @routes.post("/switch/notice")
    def notice(request: Request, sent: Annotated[Announced, Form()]) -> Response:
        first, last, words = moment(sent.first), moment(sent.last), sent.list_given()
        made = Notice(words, first or now(), last or now())
        trouble = (
            "maintenance.control" if CONTROL.search("".join(words.values())) else wrong(made, bool(first and last))
        )
        if trouble or sent.preview:
            return maintenance_page(pages, request, Sent(trouble, made))
        pages.audit(request, "notice.set", **{f"notice_{language}": each for language, each in words.items()})
        announcing.announce(made)
        pages.flash(request, "maintenance.done_notice")
        return redirect(request, "switch")

    @routes.post("/switch/no-notice")
    def remove_notice(request: Request) -> RedirectResponse:
        if announcing.notice is not None:
            pages.audit(request, "notice.removed")
            announcing.announce(None)
        pages.flash(request, "maintenance.done_no_notice")
        return redirect(request, "switch")


def maintenance_page(pages: Pages, request: Request, sent: Sent) -> Response:
    """Renders the page; with the form data if they are invalid or only previewed."""
    state = pages.room.records.announcing.state()
    shown = sent.notice or state.notice
    return pages.show(
        request,
        "maintenance",
        422 if sent.trouble else 200,
        off=state.off,
        notice=state.notice,
        is_notice_shown=bool(state.notice and state.notice.is_shown(now())),
        typed=shown.words if shown else {},
        first=stamp(shown.first if shown else now()),
        last=stamp(shown.last if shown else now() + timedelta(days=USUAL_DAYS)),
        previews=previews(sent.notice) if sent.notice and not sent.trouble else [],
        paused_words=sent.words or (state.off.words if state.off else {}),
        standard={language: text(SWITCHED_OFF, language) for language in SERVICE_LANGUAGES},
        service_languages=SERVICE_LANGUAGES,
        longest=NOTICE_CHARACTERS,
        trouble=sent.trouble,
        **lacking(shown, language_of(request)),
    )


def lacking(notice: Notice | None, language: str) -> dict[str, str]:
    """Returns the missing languages of a notice, and the key of their replacement."""
    without = [each for each in SERVICE_LANGUAGES if notice and not notice.words.get(each)]
    names = join_names(map(Formatter(language).language_name, without), language)
    key = "maintenance.missing_all" if FOREIGN in without else "maintenance.missing_languages"
    return {"lacking": names, "lacking_key": key}


def unfit(pause: Pause) -> str:
    """Returns the key of the error in a maintenance message; empty if it is valid."""
    if not pause.reason:
        return "maintenance.no_reason"
    return "maintenance.control" if CONTROL.search("".join([pause.reason, *pause.list_given().values()])) else ""


def previews(notice: Notice) -> list[tuple[str, str, object]]:
    """Returns the notice for each language: `(reader's language, language, markup)`."""
    seen = [(language, *notice_words(notice, language)) for language in SERVICE_LANGUAGES]
    return [(language, spoken, link_addresses(words)) for language, words, spoken in seen if words]


def wrong(notice: Notice, is_dated: bool) -> str:
    """Returns the key of the error in a notice; empty if it is valid."""
    if not notice.words:
        return "maintenance.no_words"
    if any(len(words) > NOTICE_CHARACTERS for words in notice.words.values()):
        return "maintenance.too_long"
    if not is_dated or notice.last <= notice.first:
        return "maintenance.no_time"
    return "maintenance.over" if notice.last <= now() else ""


def moment(typed: str) -> datetime | None:
    """Parses a browser's day and time in this machine's time zone.

    None if it is invalid.
    """
    try:
        return datetime.strptime(typed, TYPED).astimezone()
    except ValueError:
        return None


def stamp(when: datetime) -> str:
    """Returns day and time for a browser, in this machine's time zone."""
    return when.astimezone().strftime(TYPED)
