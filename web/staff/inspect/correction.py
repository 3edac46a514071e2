"""Corrects a page: confirms changed numbers, logs and saves the text.

Undoing a correction is the reverse, with the original text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from ingest.corrections.correction_file import (
    LONGEST,
    Correction,
    CorrectionUnusableError,
    DocumentReplacedError,
    PageChangedError,
    correct,
    take_back,
)
from ingest.corrections.edit import by_lines, read_typed_text
from text.normalise import normalise
from web.sources.viewer import fingerprint
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import hold, is_news, others_on
from web.staff.form_types import DraftFields
from web.staff.inspect.change_preview import Rewording, ask, correction_draft, other_drafts
from web.staff.inspect.page import OpenedPage, open_page, open_page_or_none
from web.staff.inspect.views import address, list_shared_values
from web.staff.messages import localise, localise_reason
from web.staff.pages import Pages, Undo, current_user, language_of, redirect


class CorrectionInput(DraftFields):
    """A corrected page, with the `version` of the file and the known correction.

    Both are those of the shown form. `confirmed` is the seal of the confirmed changes of numbers and validity.
    `is_undo` marks an earlier text of the page, not text typed line by line; it needs no confirmation.
    """

    source: str = Field(max_length=1000)
    page: int = Field(ge=1)
    text: str = Field("", max_length=2 * LONGEST)
    version: str = Field("", max_length=64)
    known: str = Field("", max_length=64)
    confirmed: str = Field("", max_length=64)
    is_undo: bool = False
    then: Literal["save", "edit"] = "save"


class UndoInput(BaseModel):
    """A correction to undo, seen as `known`; other fields as in `CorrectionInput`."""

    source: str = Field(max_length=1000)
    page: int = Field(ge=1)
    known: str = Field("", max_length=64)
    confirmed: str = Field("", max_length=64)
    is_undo: bool = False


@dataclass(frozen=True)
class CorrectionForm:
    """Correction in one request."""

    pages: Pages
    request: Request
    about: DraftFields = field(default_factory=DraftFields)

    def form(self, seen: OpenedPage, text: str, status: int = 200, **values: object) -> HTMLResponse:
        """Renders the form; `values` are `trouble`, its `reason`, and the `latest` text."""
        values = {"trouble": "", "reason": "", "latest": "", **values}
        known = list_shared_values(self.request, seen) | other_drafts(
            self.request, self.pages, Rewording(seen, text), self.about
        )
        return self.pages.show(self.request, "inspect/correct", status, **known, text=text, **values)

    def answer(self, seen: OpenedPage, sent: CorrectionInput) -> Response:
        """Saves the typed text, or renders the reason why not."""
        if sent.then == "edit":
            return self.form(seen, sent.text)
        if trouble := trouble_with(seen, sent):
            latest = by_lines(seen.lines, seen.text) if trouble == "inspect.changed_meanwhile" else ""
            return self.form(seen, sent.text, 409, trouble=trouble, latest=latest)
        fresh = normalise(sent.text) if sent.is_undo else read_typed_text(seen.lines, seen.text, sent.text)
        if len(fresh) > LONGEST:
            return self.form(seen, sent.text, 422, trouble="inspect.too_long")
        if is_said(seen, fresh):
            self.pages.flash(self.request, "inspect.nothing_changed", "note")
            return redirect(self.request, address(sent.source, sent.page))
        wish = Rewording(seen, fresh)
        others = others_on(self.pages, correction_draft(self.request, wish), sent.instead)
        if not sent.is_undo and is_news(others, sent):
            return self.form(seen, sent.text, 409, trouble="approvals.others_first")
        if not (sent.is_undo or wish.is_confirmed(sent.confirmed)):
            return ask(self.request, self.pages, wish, sent.text, sent)
        is_back = bool(seen.correction) and seen.as_read is not None and fresh == normalise(seen.as_read)
        if is_approval_needed(self.pages.room):
            return self.hold_correction(wish, is_back)
        return self.remove_correction(wish) if is_back else self.save_correction(wish, sent)

    def hold_correction(self, wish: Rewording, is_back: bool) -> Response:
        """Keeps the new text of the page as a draft."""
        hold(self.pages, self.request, correction_draft(self.request, wish, is_back), self.about.instead)
        return redirect(self.request, address(wish.seen.source, wish.seen.leaf.number))

    def save_correction(self, wish: Rewording, sent: CorrectionInput) -> Response:
        """Writes the audit entry and saves the correction."""
        seen, here = wish.seen, address(sent.source, sent.page)
        if seen.path is None:
            return redirect(self.request, here)
        self.pages.audit(self.request, "page.corrected", sent.source, **wish.trace())
        correction = Correction(wish.text, current_user(self.request))
        try:
            correct(seen.path, sent.page, correction, seen.version, seen.correction)
        except (PageChangedError, DocumentReplacedError):
            return self.form(seen, sent.text, 409, trouble="inspect.changed_meanwhile")
        except (OSError, CorrectionUnusableError) as error:
            return self.form(seen, sent.text, 500, **failure(self.request, "inspect.not_saved", error))
        self.pages.flash(self.request, "inspect.saved", undo=undo_saving(seen, wish.text), page=sent.page)
        return redirect(self.request, here)

    def take_back(self, seen: OpenedPage, sent: UndoInput) -> Response:
        """Restores the original text of a page, or says why not."""
        if seen.path is None or seen.correction is None or seen.leaf.number != sent.page:
            self.pages.flash(self.request, "inspect.nothing_to_take_back", "note")
            return redirect(self.request, address(sent.source, sent.page))
        if sent.known != seen.known:
            return self.flash_trouble(seen, "inspect.not_taken_back")
        wish = Rewording(seen, seen.before)
        if not (sent.is_undo or wish.is_confirmed(sent.confirmed)):
            return ask(self.request, self.pages, wish)
        return self.hold_correction(wish, True) if is_approval_needed(self.pages.room) else self.remove_correction(wish)

    def remove_correction(self, wish: Rewording) -> Response:
        """Writes the audit entry and removes the correction."""
        seen, page = wish.seen, wish.seen.leaf.number
        if seen.path is None or seen.correction is None:
            return self.flash_trouble(seen, "inspect.not_taken_back")
        self.pages.audit(self.request, "page.correction_removed", seen.source, **wish.trace())
        try:
            take_back(seen.path, page, seen.correction)
        except PageChangedError:
            return self.flash_trouble(seen, "inspect.not_taken_back")
        except (OSError, CorrectionUnusableError) as error:
            return self.flash_trouble(seen, **failure(self.request, "inspect.not_changed", error))
        undo = undo_to(seen, seen.correction.text, known="")
        self.pages.flash(self.request, "inspect.taken_back", undo=undo, page=page)
        return redirect(self.request, address(seen.source, page))

    def flash_trouble(self, seen: OpenedPage, trouble: str, reason: str = "") -> Response:
        """Redirects to the page, with an error message."""
        self.pages.flash(self.request, trouble, "trouble", page=seen.leaf.number, reason=reason)
        return redirect(self.request, address(seen.source, seen.leaf.number))


def add_correcting(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/inside/correct` (form and saving) and `take-back`."""
    room = pages.room

    @routes.get("/correct")
    def show_correction(
        request: Request, source: Annotated[str, Query(max_length=1000)], page: Annotated[int, Query(ge=1)]
    ) -> Response:
        seen = open_page_or_none(room, source, page)
        if seen is None:
            return redirect(request, address(source, page))
        if seen.is_replaced:
            pages.flash(request, "inspect.replaced", "note")
            return redirect(request, address(source, page))
        return CorrectionForm(pages, request).form(seen, by_lines(seen.lines, seen.text))

    @routes.post("/correct")
    def post_correction(request: Request, sent: Annotated[CorrectionInput, Form()]) -> Response:
        seen = open_page_or_none(room, sent.source, sent.page)
        if seen is None or seen.path is None:
            return pages.show(request, "inspect/lost", 409, text=sent.text, back=address(sent.source, sent.page))
        return CorrectionForm(pages, request, sent).answer(seen, sent)

    @routes.post("/take-back")
    def page_back(request: Request, sent: Annotated[UndoInput, Form()]) -> Response:
        return CorrectionForm(pages, request).take_back(open_page(room, sent.source, sent.page), sent)


def trouble_with(seen: OpenedPage, sent: CorrectionInput) -> str:
    """Returns the key of the reason why the text is not saved; empty if there is none."""
    if seen.is_replaced:
        return "inspect.replaced_typed"
    as_shown = (sent.version, sent.known) == (seen.version, seen.known)
    return "" if as_shown else "inspect.changed_meanwhile"


def is_said(seen: OpenedPage, fresh: str) -> bool:
    """True if the page already has this text.

    After an undo without a known original, the message comes when the page has been read again.
    """
    is_known = seen.correction is not None or seen.as_read is not None
    return is_known and fresh in (seen.text, normalise(seen.text))


def undo_saving(seen: OpenedPage, fresh: str) -> Undo:
    """Returns the undo: the previous correction, or the original text."""
    if seen.correction:
        return undo_to(seen, seen.correction.text, known=fingerprint(fresh))
    fields = {"source": seen.source, "page": str(seen.leaf.number), "known": fingerprint(fresh)}
    return Undo("folder/inside/take-back", {**fields, "is_undo": "1"})


def undo_to(seen: OpenedPage, text: str, known: str) -> Undo:
    """Returns the undo to a text, from the correction with the fingerprint `known`."""
    fields = {"source": seen.source, "page": str(seen.leaf.number), "version": seen.version, "known": known}
    return Undo("folder/inside/correct", {**fields, "text": text, "is_undo": "1"})


def failure(request: Request, key: str, error: OSError | CorrectionUnusableError) -> dict[str, str]:
    """Returns message key and reason of a failure; `key` is for an unwritable folder."""
    if isinstance(error, OSError):
        return {"trouble": key, "reason": localise_reason(error, language_of(request))}
    return {"trouble": "inspect.not_done", "reason": localise(error.message, language_of(request))}
