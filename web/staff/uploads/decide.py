"""Decisions on waiting files: publish, return, send again or discard."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, BeforeValidator, Field

from ingest.uploads.publish_problems import ConflictChangedError, DecisionNotNotedError
from ingest.uploads.queue import UploadQueue
from ingest.uploads.registry import Decision, Upload, UploadNotFoundError
from ingest.uploads.trash import NotInTrashError, PathTakenError, TrashEntry
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import why_not, why_not_back
from web.staff.documents.validity_confirmation import AskedAction, ask
from web.staff.documents.validity_preview import foresee_back, seal
from web.staff.form_types import Id, SentId, Source, tidy_text
from web.staff.pages import Pages, Undo, current_user, redirect
from web.staff.upload_queue import LazyUploadQueue
from web.staff.uploads.outcome import foreseen, seal_of_texts

HERE = "folder/incoming"
UploadDecision = Literal["replace", "keep_both", "discard", "again", "return", "resend", "take_over"]


class NotApprovedError(Exception):
    """The decision lacks a required approval. The message is the key of the reason."""


class ValidityChangedError(Exception):
    """The validity changes of a decision differ from those that the clerk has seen."""


class Decided(BaseModel):
    """Decision on a file.

    `met` is the document in conflict that the clerk saw; None if the page did not send it. `confirmed` is the seal of
    the validity changes that the clerk saw, `seen` that of the texts. `checked` are the pages read by OCR that
    somebody has compared with their pictures. `reason` is what the author of a refused file reads.
    """

    id: Id
    what: UploadDecision
    met: Source | None = None
    confirmed: Id = ""
    seen: Id = ""
    checked: list[int] = []
    reason: Annotated[str, BeforeValidator(tidy_text), Field(max_length=1_000)] = ""


def add_deciding(routes: APIRouter, pages: Pages, arriving: LazyUploadQueue) -> None:
    """Adds `/folder/incoming/decide` and `/folder/incoming/undo`."""

    @routes.post("/folder/incoming/decide")
    def decide(request: Request, decided: Annotated[Decided, Form()]) -> RedirectResponse:
        arrivals, leave, name = arriving.queue(), HERE, ""
        try:
            staged = arrivals.find(decided.id).staged
            leave, name = where_next(request, pages, staged.who), staged.name
            act(request, pages, arrivals, decided)
        except UploadNotFoundError:
            pages.flash(request, "uploads.decided", "note")
        except NotApprovedError as error:
            pages.flash(request, str(error), "trouble")
            leave = f"{HERE}/change?{urlencode({'id': decided.id})}"
        except (ConflictChangedError, ValidityChangedError) as error:
            is_other = isinstance(error, ConflictChangedError)
            pages.flash(request, "uploads.met_another" if is_other else "uploads.foreseen_another", "note")
            leave = f"{HERE}/change?{urlencode({'id': decided.id})}"
        except OSError:
            pages.flash(request, "uploads.trouble.forbidden", "trouble", name=name)
        return redirect(request, leave)

    @routes.post("/folder/incoming/undo")
    def undo(request: Request, removed: SentId, confirmed: SentId = "") -> Response:
        with pages.room.changing:
            try:
                old = pages.room.trash.find(removed)
            except NotInTrashError:
                pages.flash(request, "uploads.undone_before", "note")
                return redirect(request, HERE)
            if refusal := why_not_back(pages, request, old.who):
                pages.flash(request, refusal, "trouble")
                return redirect(request, HERE)
            shifts = foresee_back(pages.room.trash, pages.room.index, removed, date.today())
            if shifts and confirmed != (sealed := seal(removed, shifts)):
                return ask(
                    request, pages, AskedAction("version_back", old.source, {"removed": removed}, sealed, shifts)
                )
            put_back(request, pages, arriving.queue(), old)
        return redirect(request, HERE)


def where_next(request: Request, pages: Pages, author: str) -> str:
    """Returns the address after a decision: other approvals, or one's own files."""
    return "approvals" if is_approval_needed(pages.room) and author != current_user(request) else HERE


def act(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Applies a decision on a file and reports it.

    Raises UploadNotFoundError if the file is gone, or does not wait for this decision (any more).
    Raises NotApprovedError if the person may not decide this, or gives no reason for a refusal.
    Raises ConflictChangedError if it conflicts with another document than the clerk saw.
    Raises ValidityChangedError if the validity changes are others than those that the clerk saw.
    """
    what = decided.what
    if what == "again":
        return arrivals.again(decided.id)
    if what == "discard":
        return discard(request, pages, arrivals, decided)
    if what == "return":
        return give_back(request, pages, arrivals, decided)
    if what == "resend":
        return send_again(request, pages, arrivals, decided.id)
    if what == "take_over":
        return take_over(request, pages, arrivals, decided.id)
    return publish(request, pages, arrivals, decided, what)


def publish(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided, what: Decision) -> None:
    """Puts a file into the folder.

    Raises ValidityChangedError if the changes were not confirmed, and the errors of `act`.
    """
    with arrivals.changing:
        check_approval(request, pages, arrivals, decided)
        shifts = foreseen(arrivals, arrivals.find(decided.id), what, date.today())
        if shifts and decided.confirmed != seal(decided.id, shifts):
            raise ValidityChangedError(decided.id)
        arrival = arrivals.decide(decided.id, what, current_user(request), decided.met)
    if arrival.trouble:
        name = arrival.conflict.source if arrival.trouble == "both_there" and arrival.conflict else arrival.staged.name
        return pages.flash(request, f"uploads.trouble.{arrival.trouble}", "trouble", name=name)
    undo = Undo(f"{HERE}/undo", {"removed": arrival.removed}) if arrival.removed else None
    is_beside = arrivals.is_met(arrival) and arrival.conflict and arrival.conflict.source != arrival.source
    is_edit = what == "replace" and arrival.conflict and arrival.conflict.base
    done = "edit" if is_edit else "added" if what == "keep_both" and not is_beside else what
    return pages.flash(request, f"uploads.{done}_done", undo=undo, name=arrival.source)


def check_approval(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Raises NotApprovedError unless a required second person has seen the change.

    Also if pages read by OCR must be compared with their pictures and were not, or have changed since.
    """
    arrival, is_needed = arrivals.find(decided.id), is_approval_needed(pages.room)
    if not is_needed and not arrivals.needs_check(arrival):
        return
    if reason := why_not(request, arrival.staged.who) if is_needed else "":
        raise NotApprovedError(reason)
    if (is_needed and arrival.staged.returned) or decided.seen != seal_of_texts(arrivals, arrival):
        raise NotApprovedError("approvals.look_first" if is_needed else "approvals.check_pages")
    if not set(arrival.scanned_pages) <= set(decided.checked):
        raise NotApprovedError("approvals.check_pages")


def discard(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Deletes a waiting file, or the row of another one.

    Raises UploadNotFoundError if it is gone.
    Raises NotApprovedError if the file is another person's, and this one may not approve or gives no reason.
    """
    with arrivals.changing:
        arrival = arrivals.find(decided.id)
        waits = arrival.state == "clash" and is_approval_needed(pages.room)
        reason = reason_of(request, arrival, decided) if waits and arrival.staged.who != current_user(request) else ""
        if not arrival.is_done:
            details = {"author": arrival.staged.who} | ({"reason": reason} if reason else {})
            pages.audit(request, "upload.discarded", arrival.staged.name, **details)
            pages.flash(request, "uploads.discarded", name=arrival.staged.name)
        arrivals.discard(decided.id)


def give_back(request: Request, pages: Pages, arrivals: UploadQueue, decided: Decided) -> None:
    """Returns a file to its author with a reason.

    Raises UploadNotFoundError if the file is gone.
    Raises NotApprovedError without a reason, and for people who may not approve.
    """
    arrival = arrivals.find(decided.id)
    author, file, reason = arrival.staged.who, arrival.staged.name, reason_of(request, arrival, decided)
    pages.audit(request, "upload.returned", file, author=author, reason=reason)
    arrivals.give_back(decided.id, reason, current_user(request))
    pages.flash(request, "approvals.returned", subject=file, name=author)


def send_again(request: Request, pages: Pages, arrivals: UploadQueue, arrival_id: str) -> None:
    """Makes a returned file wait for approval again.

    Raises UploadNotFoundError if the file is gone.
    Raises NotApprovedError if the person is not its author.
    """
    staged = arrivals.find(arrival_id).staged
    if staged.who != current_user(request):
        raise NotApprovedError("approvals.not_yours")
    pages.audit(request, "draft.sent", staged.name, kind="upload")
    arrivals.give_back(arrival_id, "", "")
    pages.flash(request, "approvals.sent_again", subject=staged.name)


def take_over(request: Request, pages: Pages, arrivals: UploadQueue, arrival_id: str) -> None:
    """Makes an approver the author of a returned file.

    Raises UploadNotFoundError if the file is gone.
    Raises NotApprovedError for people who may not approve, and if the file was not returned.
    """
    staged = arrivals.find(arrival_id).staged
    if refusal := why_not(request, staged.who) or ("" if staged.returned else "approvals.not_returned"):
        raise NotApprovedError(refusal)
    pages.audit(request, "upload.taken_over", staged.name, author=staged.who)
    arrivals.hand_over(arrival_id, current_user(request))
    pages.flash(request, "approvals.taken_over", subject=staged.name)


def reason_of(request: Request, arrival: Upload, decided: Decided) -> str:
    """Returns an approver's reason for a refusal.

    Raises NotApprovedError without a reason, and for people who may not approve.
    """
    reason = decided.reason.strip()
    if refusal := why_not(request, arrival.staged.who) or ("" if reason else "approvals.needs_reason"):
        raise NotApprovedError(refusal)
    return reason


def put_back(request: Request, pages: Pages, arrivals: UploadQueue, old: TrashEntry) -> None:
    """Restores the old version and reports it, or says why not."""
    try:
        _, newer = arrivals.put_back(old.id, current_user(request))
    except PathTakenError as error:
        return pages.flash(request, "uploads.taken", "trouble", name=str(error))
    except DecisionNotNotedError:
        return pages.flash(request, "uploads.trouble.not_noted", "trouble", name=old.source)
    except OSError:
        return pages.flash(request, "uploads.trouble.forbidden", "trouble", name=old.source)
    if newer and not newer.is_whole:
        return pages.flash(request, "uploads.trouble.both_there", "trouble", name=old.by)
    undo = Undo(f"{HERE}/undo", {"removed": newer.removed.id}, "uploads.redo") if newer else None
    return pages.flash(request, "uploads.undone", undo=undo, name=old.source)
